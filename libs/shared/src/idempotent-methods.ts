/** Methods that may be executed twice without harm. https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2 */
export const IDEMPOTENT_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);
