/** Headers that hold credentials. */
const PRIVATE_HEADERS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);
const PRIVATE_HEADER = /(^|-)(token|secret|session|auth|api-?key|csrf|xsrf|jwt|signature|credential)s?($|-)/;
const PRIVATE_NAME =
  /^(.*[_-])?(access_?token|api_?key|auth|authorization|client_?secret|id_?token|jwt|passw(or)?d|refresh_?token|secret|sig|signature|token)$/i;
const PRIVATE_BODY = /["']?\b(access_?token|client_?secret|passw(or)?d|refresh_?token|secret)["']?\s*[:=]/i;

/** Whether a header holds credentials. */
export function isPrivateHeader(name: string): boolean {
  return PRIVATE_HEADERS.has(name) || PRIVATE_HEADER.test(name);
}

/** Whether a parameter of that name holds credentials. */
export function isPrivateName(name: string): boolean {
  return PRIVATE_NAME.test(name);
}

/** Whether a body seems to hold a password or the like. */
export function isPrivateBody(body: string): boolean {
  return PRIVATE_BODY.test(body);
}
