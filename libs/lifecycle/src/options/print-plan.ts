/** Set to `1`, it makes a service print its plan as a table instead of starting; set to `json`, as one line of JSON. */
export const PRINT_PLAN = 'SHUTDOWN_PRINT_PLAN';
