/**
 * Every refusal this product knows. A use case throws one; the HTTP stack turns it into the status, the stable
 * `code` and the message in the reader's language (contracts/README.md "Errors"). Anything else is a bug and
 * becomes a 500 without detail.
 */

/** One problem of one field. `path` is dotted from the body's root, e.g. `companions.0.name`. */
export type FieldError = { path: string; code: string; params?: Record<string, string | number> };

export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** More facts for the answer's body (for example `{available, needed}`), never secrets. */
  readonly data: Record<string, unknown>;
  readonly fields: FieldError[];

  constructor(status: number, code: string, data: Record<string, unknown> = {}, fields: FieldError[] = []) {
    super(code);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
    this.data = data;
    this.fields = fields;
  }
}

/** 400 with a message at each field. */
export const invalid = (...fields: FieldError[]): Refusal => new Refusal(400, "invalid", {}, fields);
/** 403: the caller may see it but not do this. */
export const forbidden = (code: string): Refusal => new Refusal(403, code);
/** 404: not there, or not the caller's to see; the two are never told apart. */
export const notFound = (): Refusal => new Refusal(404, "not_found");
/** 409: the state no longer allows it. */
export const conflict = (code: string, data: Record<string, unknown> = {}): Refusal =>
  new Refusal(409, code, data);
/** 503: lost the race for the same case too often; nothing was changed. A workflow sees it as `Busy` and tries again. */
export const busy = (): Refusal => {
  const refusal = new Refusal(503, "busy");
  refusal.name = "Busy";
  return refusal;
};

/**
 * A typed failure towards Step Functions: its `name` is the error name that a Catch sees.
 * `Case.Superseded`: the header moved on (withdrawn, edited). `Busy`: try again later.
 */
export class WorkflowError extends Error {
  constructor(name: "Case.Superseded" | "Busy", message: string) {
    super(message);
    this.name = name;
  }
}
