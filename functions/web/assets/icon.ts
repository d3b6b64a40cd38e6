/** The mark as a picture of its own, for the browser's tab. */
export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#0e6556" stroke-width="3" stroke-linecap="round">' +
  '<circle cx="12" cy="12" r="8.5" pathLength="100" stroke-dasharray="78 22" transform="rotate(-5.4 12 12)"/>' +
  '<circle cx="18" cy="6" r="1.9" fill="#0e6556" stroke="none"/></svg>';
