/** What the source text of a signal listener shows. */
export interface ListenerDeeds {
  /**
   * - `exits-later`: a timer in it ends the process
   * - `exits`: ends the process, and does not close the application before
   * - `closes-server`: closes the HTTP server at the signal
   * - `closes`: closes something, such as the application, perhaps to end the process after that
   * - `unseen`: nothing of these; what the functions that it calls do cannot be seen
   */
  readonly kind: 'exits-later' | 'exits' | 'closes-server' | 'closes' | 'unseen';
  /** After how many milliseconds the shortest timer ends the process, where the text says it. */
  readonly afterMs?: number;
}

const EXIT = /(?:\b|_)process\w*(?:\.default)?\)?\s*\.\s*(?:exit|reallyExit|abort)\b/;
const SERVER_CLOSE = /(?:getHttpServer\(\)|\b\w*[sS]erver)\s*\.\s*close\s*\(/;
const CLOSE = /\.\s*close\s*\(/;

/** Whether a text ends the process: also `process2.exit`, as bundlers write it. */
export function endsProcess(source: string): boolean {
  return EXIT.test(source);
}

// oxlint-disable-next-line typescript/unbound-method -- called with the function it is to show
const nativeText: (this: object) => string = Function.prototype.toString;

/** The text of a function; nothing for what has none. Never throws. */
export function sourceOf(listener: unknown): string {
  if (typeof listener !== 'function') return '';
  try {
    // What Node says of it, not what it says of itself.
    return nativeText.call(listener);
  } catch {
    // A proxy or a patched prototype: what it does cannot be seen, which is what the result says.
    return '';
  }
}

/** Reads what a listener does, as far as its own text shows it. */
export function readListener(source: string): ListenerDeeds {
  const text = withoutComments(source);
  const timers = exitTimers(text);
  if (timers.length > 0) {
    const known = timers.map(({ ms }) => ms).filter((ms) => ms !== undefined);
    return known.length === 0 ? { kind: 'exits-later' } : { kind: 'exits-later', afterMs: Math.min(...known) };
  }
  if (SERVER_CLOSE.test(text)) return { kind: 'closes-server' };
  const close = text.search(CLOSE);
  const exit = text.search(EXIT);
  if (exit !== -1 && (close === -1 || exit < close)) return { kind: 'exits' };
  return { kind: close === -1 ? 'unseen' : 'closes' };
}

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|[^:'"`])\/\/[^\n]*/g, '$1');
}

/** Every `setTimeout(…process.exit…, ms)` of a text. */
function exitTimers(text: string): { readonly ms: number | undefined }[] {
  const found: { ms: number | undefined }[] = [];
  for (const match of text.matchAll(/\bsetTimeout\b\)?\s*\(/g)) {
    const [callback = '', ...rest] = argumentsAt(text, match.index + match[0].length);
    if (EXIT.test(callback)) found.push({ ms: literalMs(rest[0]) });
  }
  return found;
}

/** The arguments of a call, from behind its opening parenthesis on. */
function argumentsAt(text: string, start: number): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if ('\'"`'.includes(character)) at = endOfString(text, at);
    else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character) && depth > 0) depth -= 1;
    else if (character === ')' || (character === ',' && depth === 0)) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
      if (character === ')') return parts;
    }
  }
  return parts;
}

function endOfString(text: string, start: number): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < text.length; at += 1) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === quote) return at;
  }
  return text.length;
}

/** `5000`, `5_000`, `5e3`, `10 * 1000`; `undefined` for what is no number in the text. */
function literalMs(text: string | undefined): number | undefined {
  const factors = (text ?? '').split('*').map((factor) => factor.trim());
  if (!factors.every((factor) => /^\d[\d_]*(?:\.\d+)?(?:e\d+)?$/.test(factor))) return undefined;
  return factors.reduce((product, factor) => product * Number(factor.replaceAll('_', '')), 1);
}
