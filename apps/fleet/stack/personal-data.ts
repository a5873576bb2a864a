/** What is written in place of personal data. */
const REDACTED = '[redacted]';

/** Fields of logged objects that hold personal data or credentials, at any of the first three levels. */
const FIELDS = ['email', 'password', 'token', 'authorization', 'cookie', 'phone'];

/** For pino's `redact`. */
export const redaction = {
  paths: FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
  censor: REDACTED,
};

const PATTERNS: readonly RegExp[] = [
  // Addresses of e-mail.
  /[\w.+-]+(@|%40)[\w-]+(\.[\w-]+)+/g,
  // Tokens: JSON Web Tokens, and what follows `Bearer`.
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g,
  /(?<=\bBearer\s)[^\s,;]+/gi,
  // Numbers of payment cards, with or without spaces between.
  /\b(?:\d[ -]?){13,19}\b/g,
];

/** A text without addresses, tokens and card numbers. */
export function withoutPersonalData(text: string): string {
  return PATTERNS.reduce((rest, pattern) => rest.replace(pattern, REDACTED), text);
}

/** The path of a request. Its query is left out: it may hold anything. */
export function loggedPath(url: string | undefined): string {
  return withoutPersonalData((url ?? '').split('?', 1)[0] ?? '');
}
