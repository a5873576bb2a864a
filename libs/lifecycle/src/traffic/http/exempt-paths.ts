import { type IncomingMessage } from 'node:http';
import { readyMadePaths } from '../../options/option-parsers.js';
import { type ExemptSettings, type Settings } from '../../options/settings.js';
import { TakenOut } from './taken-out.js';
import { clientOfPoll } from './poll-client.js';

interface ExemptPathsParts extends ExemptSettings {
  /** Of the ready-made probes. */
  readonly own: readonly string[];
}

/** A request as its route sees it: below a path that something is mounted on, Express leaves that path out. */
interface RewrittenRequest {
  readonly url?: string | undefined;
  readonly baseUrl?: string;
}

/**
 * Which requests are neither waited for nor refused: probes, metrics, and what the user lists. Decided when the request
 * arrives, by the path as the client wrote it, so that counting and refusing always agree. Only that one spelling is
 * exempt; what was taken out is so in every spelling that a router could take for it.
 */
export class ExemptPaths {
  #added: readonly string[] = [];
  #all = anyOf([]);
  #firstLetters: FirstLetters;
  readonly #usual: RegExp;
  readonly #listed: RegExp;
  readonly #takenOut: TakenOut;
  readonly #own: RegExp;
  #addedLater = anyOf([]);

  constructor(private readonly parts: ExemptPathsParts) {
    this.#usual = anyOf(parts.usual);
    this.#listed = anyOf(parts.listed);
    this.#takenOut = new TakenOut(parts.except);
    this.#own = anyOf(parts.own);
    this.add([]);
  }

  /** Paths that turn out to be exempt at boot: those of connections that are waited for by themselves, once they are open. */
  add(paths: readonly string[]): void {
    const { usual, own, listed } = this.parts;
    this.#added = [...new Set([...this.#added, ...paths])];
    this.#addedLater = anyOf(this.#added);
    const all = [...usual, ...own, ...listed, ...this.#added];
    this.#all = anyOf(all);
    this.#firstLetters = firstLetters(all);
  }

  includes({ url = '', method }: Pick<IncomingMessage, 'url' | 'method'>): boolean {
    // Nearly all requests end here: a letter costs less than a match.
    if (!mayBegin(url, this.#firstLetters) || !this.#all.test(url)) return false;
    // Whoever comes without an id opens a connection, which is a request like any other.
    if (clientOfPoll(url) !== undefined && this.#addedLater.test(url)) return true;
    return this.#isByPath(url, { isRead: method === 'GET' || method === 'HEAD' });
  }

  /**
   * Whether a request that seemed to be exempt has come to a route that was taken out: its path was rewritten on the way,
   * or is spelt as we did not foresee.
   *
   * @param pattern of the route, where it is known
   */
  isTakenOutByRoute({ url = '', baseUrl = '' }: RewrittenRequest, pattern = ''): boolean {
    return [pattern, baseUrl + url].some((path) => path !== '' && this.#takenOut.mayBe(path));
  }

  /** The usual paths only for what reads: whoever posts to `/health` means something else. */
  #isByPath(url: string, { isRead }: { readonly isRead: boolean }): boolean {
    // Those are ours, whatever else is taken out.
    if (isRead && this.#own.test(url)) return true;
    return ((isRead && this.#usual.test(url)) || this.#listed.test(url)) && !this.#takenOut.mayBe(url);
  }
}

/** Those of an application: what its options list, and the ready-made probes where they are served. */
export function exemptPathsOf({ exempt, health }: Pick<Settings, 'exempt' | 'health'>): ExemptPaths {
  return new ExemptPaths({ ...exempt, own: health.isServed ? readyMadePaths(health.path) : [] });
}

/** For each ASCII character, whether it follows the slash in any of the paths; `undefined` when anything might. */
type FirstLetters = Uint8Array | undefined;

const ASCII = 128;

function firstLetters(paths: readonly string[]): FirstLetters {
  if (paths.some((path) => path.length < 2 || path.startsWith('/*'))) return undefined;
  const letters = new Uint8Array(ASCII);
  for (const path of paths) letters[path.charCodeAt(1)] = 1;
  return letters;
}

function mayBegin(url: string, letters: FirstLetters): boolean {
  if (letters === undefined) return true;
  if (url.length < 2) return false;
  const letter = url.charCodeAt(1);
  return letter >= ASCII || letters[letter] === 1;
}

/** One expression for all paths, up to the query. */
function anyOf(paths: readonly string[]): RegExp {
  if (paths.length === 0) return /(?!)/;
  const patterns = paths.map((path) =>
    path.endsWith('/*') ? `${escape(path.slice(0, -2))}(?:/[^?#]*)?` : `${escape(path.replace(/\/+$/, ''))}/?`,
  );
  return new RegExp(`^(?:${patterns.join('|')})(?:[?#]|$)`);
}

function escape(path: string): string {
  return path.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}
