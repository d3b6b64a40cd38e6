/** Where people read a summary: `id` is its month or its campaign. */
export const summaryPath = (id: string): string =>
  `/reports/follow-ups?${/^\d{4}-\d\d$/.test(id) ? "period" : "campaign"}=${id}`;
