/** What the clients ask for: pages, writes that need the database, answers that take half a second, and two kinds of streams that stay. */
export const REQUESTS = [
  'GET / x3',
  'POST /orders {"item":"book-{n}","amount":1250} x1',
  'GET /report x1',
  'SSE /orders/events x0.3',
  'WS /orders/live x0.3',
] as const;

/** As the ledger calls them. */
export const KINDS = ['GET /', 'POST /orders', 'GET /report', 'SSE /orders/events', 'WS /orders/live'] as const;
