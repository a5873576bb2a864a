import { type IncomingMessage } from 'node:http';
import { readyMadePaths } from '../../options/option-parsers.js';
import { type ExemptSettings, type Settings } from '../../options/settings.js';
import { TakenOut } from './taken-out.js';
import { clientOfPoll } from './poll-client.js';

interface ExemptPathsParts extends ExemptSettings {
  /** Of the ready-made probes. */
  readonly own: readonly string[];
}

/** A request as its route sees it. Below a mount path, Express leaves that path out of `url`. */
interface RewrittenRequest {
  readonly url?: string | undefined;
  readonly baseUrl?: string;
}

/**
 * Which requests the drain neither waits for nor refuses: probes, metrics, and paths that the user lists. Decided when
 * the request arrives, by the path as the client wrote it, so that counting and refusing agree. A path is exempt in
 * that one spelling only. A path that was taken out is so in every spelling that a router could match with it.
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

  /**
   * Adds paths that turn out to be exempt at boot: those of connections that are a source of work of their own once
   * they are open.
   */
  add(paths: readonly string[]): void {
    const { usual, own, listed } = this.parts;
    this.#added = [...new Set([...this.#added, ...paths])];
    this.#addedLater = anyOf(this.#added);
    const all = [...usual, ...own, ...listed, ...this.#added];
    this.#all = anyOf(all);
    this.#firstLetters = firstLetters(all);
  }

  includes(request: Pick<IncomingMessage, 'url' | 'method'>): boolean {
    // Nearly all requests end here: comparing a letter costs less than a regular expression.
    return mayBegin(request.url, this.#firstLetters) && this.#isExempt(request);
  }

  #isExempt({ url = '', method }: Pick<IncomingMessage, 'url' | 'method'>): boolean {
    if (!this.#all.test(url)) return false;
    // A request without an id opens a connection, and is a request like any other.
    if (clientOfPoll(url) !== undefined && this.#addedLater.test(url)) return true;
    return this.#isByPath(url, { isRead: method === 'GET' || method === 'HEAD' });
  }

  /**
   * Whether a request that seemed to be exempt has come to a route that was taken out: its path was rewritten on the
   * way, or has a spelling that was not foreseen.
   *
   * @param pattern of the route, where it is known
   */
  isTakenOutByRoute({ url = '', baseUrl = '' }: RewrittenRequest, pattern = ''): boolean {
    return [pattern, baseUrl + url].some((path) => path !== '' && this.#takenOut.mayBe(path));
  }

  /** The usual paths are exempt only for GET and HEAD: a POST to `/health` is not a probe. */
  #isByPath(url: string, { isRead }: { readonly isRead: boolean }): boolean {
    // The paths of the ready-made probes are exempt, whatever was taken out.
    if (isRead && this.#own.test(url)) return true;
    return ((isRead && this.#usual.test(url)) || this.#listed.test(url)) && !this.#takenOut.mayBe(url);
  }
}

/** The exempt paths of an application: those of its options, and the ready-made probes where they are served. */
export function exemptPathsOf({ exempt, health }: Pick<Settings, 'exempt' | 'health'>): ExemptPaths {
  return new ExemptPaths({ ...exempt, own: health.isServed ? readyMadePaths(health.path) : [] });
}

/**
 * For each ASCII character, whether a path has it behind the first slash; `undefined` when any character is possible.
 */
type FirstLetters = Uint8Array | undefined;

const ASCII = 128;

function firstLetters(paths: readonly string[]): FirstLetters {
  if (paths.some((path) => path.length < 2 || path.startsWith('/*'))) return undefined;
  const letters = new Uint8Array(ASCII);
  for (const path of paths) letters[path.charCodeAt(1)] = 1;
  return letters;
}

function mayBegin(url: string | undefined, letters: FirstLetters): boolean {
  if (letters === undefined) return true;
  if (url === undefined || url.length < 2) return false;
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
