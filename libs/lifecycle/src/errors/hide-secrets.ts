import { shorten } from './safe-text.js';

/** What stands in place of a secret. */
export const HIDDEN = '***';

/** Words in a name that say that its value is secret; `pass` and `auth` alone only as whole words: not `bypass`, `author`. */
const SECRET_WORDS =
  'pass(?:word|wd|phrase|code)|pwd|secret|token|credential|authorization|cookie|signature|connection[-_. ]?string|dsn|jwt|' +
  '(?:api|access|private|encryption|signing|session|master|account|shared|client|license)[-_. ]?key';
const WHOLE_WORDS = '(?<![a-zA-Z])(?:pass|auth|sig|salt|pin)(?![a-zA-Z])|(?<=[a-z])(?:Pass|Auth|Sig|Salt|Pin)(?![a-z])';
const SECRET_NAME = new RegExp(`(?:${SECRET_WORDS})`, 'i');
const SECRET_WORD = new RegExp(WHOLE_WORDS);

/** `scheme://user:password@`, up to the last `@`, since a password may have one. */
const USER_INFO = /(?<![\w+.-])((?:[\w+.-]+:)?\/\/)[^\s"'<>`]*@/gi;
const PEM = /-----BEGIN [^-]+-----[^]*?(?:-----END [^-]+-----|$)/g;
const SCHEME_AND_VALUE = /\b(Bearer|Basic|Digest|ApiKey)(\s+)[^\s,;"']+/gi;
const JSON_WEB_TOKEN = /\beyJ[\w-]{4,}\.[\w-]+(?:\.[\w-]*)*/g;
/** Keys of AWS, GitHub, GitLab, Slack, Google, npm, SendGrid, Stripe and others, by their first letters. */
const KNOWN_KEYS =
  /\b(?:AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox[a-z]-|AIza|npm_|SG\.|whsec_|[rs]k[-_])[\w.-]{12,}|\bya29\.[\w-]+/g;
/** Long, with letters and at least two digits: what a generator makes. A name has spaces, or fewer digits. */
const GENERATED = /(?<![\w+=-])(?=[\w+=-]*[a-zA-Z])(?=(?:[\w+=-]*?\d){2})[\w+=-]{24,}/g;
/** Names that Kubernetes makes are lower case, in parts of at most ten letters and digits behind a dash. */
const NAME_OF_MACHINE = /^(?=.*-)(?:[a-z]+|[a-z0-9]{1,10})(?:-(?:[a-z]+|[a-z0-9]{1,10}))*$/;
/** `password=…`, `"token": "…"`, `API_KEY: …`, up to what ends a value. */
const NAMED_VALUE = new RegExp(
  String.raw`(?<![\w.-])([\w.-]*(?:${SECRET_WORDS})[\w.-]*|(?:[\w.-]*[_.-])?(?:pass|auth|sig|salt|pin))(["'\]]*\s*(?:=>|[:=])\s*)("[^"]*"?|'[^']*'?|[^,;&"'}\n]+)`,
  'gi',
);

/** A secret shorter than this would take letters out of every word. */
const SHORTEST_VALUE = 4;
const LONGEST_TEXT = 2000;

/** Whether the value of a variable or a field of this name is taken for a secret. */
export function isSecretName(name: string): boolean {
  return (
    SECRET_NAME.test(name) || SECRET_WORD.test(name) || /(?:^|[_.-])(?:PASS|AUTH|SIG|SALT|PIN)(?:$|[_.-])/i.test(name)
  );
}

/** Whether a text looks like a secret, whatever its name is. */
export function looksSecret(text: string): boolean {
  return hideShapes(text) !== text;
}

/**
 * A text in which secrets are replaced: passwords and users of addresses, what follows a name such as `password`, keys and tokens by
 * their shape, and the values of variables of this process whose name or shape is that of a secret. It rather hides too much.
 */
export function hideSecrets(text: string, known: readonly string[] = secretsOfProcess()): string {
  return hideShapes(hideKnown(shorten(text, LONGEST_TEXT), known));
}

function hideKnown(text: string, known: readonly string[]): string {
  let shown = text;
  for (const secret of known) shown = shown.replaceAll(secret, HIDDEN);
  return shown;
}

function hideShapes(text: string): string {
  return text
    .replace(PEM, HIDDEN)
    .replace(USER_INFO, `$1${HIDDEN}@`)
    .replace(SCHEME_AND_VALUE, `$1$2${HIDDEN}`)
    .replace(NAMED_VALUE, `$1$2${HIDDEN}`)
    .replace(JSON_WEB_TOKEN, HIDDEN)
    .replace(KNOWN_KEYS, HIDDEN)
    .replace(GENERATED, (found) => (NAME_OF_MACHINE.test(found) ? found : HIDDEN));
}

/** The secrets in the variables of this process, the longest first, in the forms in which a message may have them. */
export function secretsOfProcess(variables: NodeJS.ProcessEnv = process.env): string[] {
  const secrets = new Set<string>();
  for (const [name, value = ''] of Object.entries(variables)) {
    if (isSecretName(name) || looksSecret(value)) secrets.add(value);
    for (const part of passwordsIn(value)) secrets.add(part);
  }
  const forms = [...secrets].flatMap((secret) => [secret, encoded(secret)]);
  return [...new Set(forms)]
    .filter((secret) => secret.trim().length >= SHORTEST_VALUE)
    .toSorted((a, b) => b.length - a.length);
}

/** The password of an address, as it is written and as it is meant. */
function passwordsIn(value: string): string[] {
  const [, password] = /^[a-z][\w+.-]*:\/\/[^:/?#]*:(.*)@/i.exec(value) ?? [];
  if (password === undefined) return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    // Not encoded: it is meant as it is written.
    return [password];
  }
}

function encoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half of a character cannot be encoded, so no address has it.
    return text;
  }
}
