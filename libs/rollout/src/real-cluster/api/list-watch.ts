import { isRecord } from 'nestjs-lifecycle/options';
import { type Clock, elapsed } from '../../clock/clock.js';
import { type ApiClient } from './api-client.js';
import { ClusterError } from './cluster-error.js';
import { linesOf } from './json-lines.js';
import { type Refusal, refusalOf, toError } from './refusal.js';

/** What is listed and then watched. */
export interface Collection<Item> {
  /** As in `pods`: for errors and gaps. */
  readonly name: string;
  readonly path: string;
  readonly selector?: string;
  /** As in `metadata.name=orders`. */
  readonly fields?: string;
  /** One object of it, read as far as it is used; `undefined` for what cannot be read. */
  readonly read: (object: unknown) => Item | undefined;
}

/** Each object of the API has these. */
export interface Identified {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** One change of a collection. */
export interface Change<Item> {
  readonly type: 'added' | 'modified' | 'deleted';
  readonly item: Item;
  /** The watch was away when it happened: only a later list shows it, and what was in between is not known. */
  readonly isLate: boolean;
}

/** A time in which changes came late or not at all. */
export interface Gap {
  readonly collection: string;
  readonly reason: string;
  readonly ms: number;
  /** Whether all that happened came afterwards, in order; otherwise only the state after it is known. */
  readonly isComplete: boolean;
}

/** Who is told. */
export interface WatchReader<Item> {
  onChange(change: Change<Item>): void;
  onGap(gap: Gap): void;
}

/** The server ends a watch after so many seconds, so that a connection that is dead without a word is noticed. */
const WATCH_SECONDS = 60;
const DEAD_AFTER_MS = (WATCH_SECONDS + 15) * 1000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
const PAGE = '500';

/**
 * A collection of the API, kept up to date: a list, and a watch from its version on. A watch that ends goes on where it was, by the
 * versions of objects and bookmarks. Where the server has forgotten that version (410), it lists again, and tells what has changed.
 */
export class ListWatch<Item extends Identified> {
  readonly #known = new Map<string, Item>();
  #version = '';
  /** Since when nothing has come, while that is so. */
  #away: { readonly since: number; readonly reason: string; isComplete: boolean } | undefined;

  constructor(
    private readonly client: ApiClient,
    private readonly clock: Clock,
    private readonly collection: Collection<Item>,
    private readonly reader: WatchReader<Item>,
  ) {}

  /** What is there, by the last thing that was heard. */
  get items(): readonly Item[] {
    return [...this.#known.values()];
  }

  /**
   * Lists once. Call it before {@link follow}; its items are in {@link items}, and no change is told.
   *
   * @throws ClusterError when it cannot
   */
  async list(signal?: AbortSignal): Promise<void> {
    const items = await this.#listAll(signal);
    for (const item of items) this.#known.set(item.uid, item);
  }

  /**
   * Tells every change from the list on, until `signal` fires.
   *
   * @throws ClusterError when the server refuses for good: credentials that are no more valid, a right that is missing
   */
  async follow(signal: AbortSignal): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const heard = await this.#watchOnce(signal);
      if (signal.aborted) return;
      pause = heard ? FIRST_PAUSE_MS : Math.min(pause * 2, LONGEST_PAUSE_MS);
      // A server that ends each watch at once is not asked in a loop.
      if (!heard || this.#away !== undefined) await elapsed(this.clock, pause, signal);
    }
  }

  /** One connection, to its end. Whether anything came over it. */
  async #watchOnce(signal: AbortSignal): Promise<boolean> {
    const stop = new AbortController();
    const end = (): void => stop.abort();
    signal.addEventListener('abort', end, { once: true });
    const cancel = this.clock.after(DEAD_AFTER_MS, end);
    let hasHeard = false;
    try {
      const { body } = await this.client.open(this.#watchRequest(), stop.signal);
      for await (const line of linesOf(body)) {
        hasHeard = true;
        const refusal = this.#take(line);
        if (refusal !== undefined) {
          body.destroy();
          await this.#afterRefusal(refusal, signal);
          break;
        }
      }
      this.#isBack();
    } catch (error) {
      if (!signal.aborted) await this.#afterError(error, signal);
    } finally {
      cancel();
      signal.removeEventListener('abort', end);
    }
    return hasHeard;
  }

  #watchRequest() {
    const { name, path } = this.collection;
    return {
      method: 'GET' as const,
      path,
      query: {
        watch: '1',
        allowWatchBookmarks: 'true',
        resourceVersion: this.#version,
        timeoutSeconds: String(WATCH_SECONDS),
        ...this.#selectors(),
      },
      what: `watch ${name}`,
    };
  }

  #selectors(): Record<string, string> {
    const { selector, fields } = this.collection;
    return {
      ...(selector !== undefined && { labelSelector: selector }),
      ...(fields !== undefined && { fieldSelector: fields }),
    };
  }

  /** One line of the watch; a refusal where the server ends it with one, or the line is none of a watch. */
  #take(line: string): Refusal | undefined {
    const event = eventOf(line);
    if (event === undefined) return refusalOf(0, `a line of the watch cannot be read: ${line.slice(0, 200)}`);
    const { type, object } = event;
    if (type === 'ERROR') return refusalOf(0, object);
    const version = versionOf(object);
    if (type === 'BOOKMARK') {
      this.#version = version ?? this.#version;
      this.#isBack();
      return undefined;
    }
    const item = this.collection.read(object);
    if (item === undefined) return refusalOf(0, `an object of the watch cannot be read: ${line.slice(0, 200)}`);
    this.#isBack();
    this.#version = item.resourceVersion;
    this.#apply(type, item, false);
    return undefined;
  }

  #apply(type: string, item: Item, isLate: boolean): void {
    if (type === 'DELETED') {
      this.#known.delete(item.uid);
      return this.reader.onChange({ type: 'deleted', item, isLate });
    }
    const isNew = !this.#known.has(item.uid);
    this.#known.set(item.uid, item);
    this.reader.onChange({ type: isNew ? 'added' : 'modified', item, isLate });
  }

  /** An ERROR in a watch, most often 410: its version is too old. */
  async #afterRefusal({ status, message }: Refusal, signal: AbortSignal): Promise<void> {
    this.#isAway(status === 410 ? `the server no longer had that version: ${message}` : message);
    await this.#listAgain(signal);
  }

  async #afterError(error: unknown, signal: AbortSignal): Promise<void> {
    if (error instanceof ClusterError) {
      if (isFinal(error)) throw error;
      this.#isAway(error.message);
      if (error.status === 410) await this.#listAgain(signal);
      return;
    }
    // The connection was cut in the middle: what follows is asked for by version, so nothing is missing.
    this.#isAway(toError(error).message);
  }

  async #listAgain(signal: AbortSignal): Promise<void> {
    if (this.#away !== undefined) this.#away.isComplete = false;
    let items: readonly Item[];
    try {
      items = await this.#listAll(signal);
    } catch (error) {
      if (error instanceof ClusterError && isFinal(error)) throw error;
      // The next watch fails as this did, and leads here again.
      return;
    }
    const now = new Set(items.map(({ uid }) => uid));
    for (const item of this.items) if (!now.has(item.uid)) this.#apply('DELETED', item, true);
    for (const item of items) {
      if (this.#known.get(item.uid)?.resourceVersion !== item.resourceVersion) this.#apply('MODIFIED', item, true);
    }
    this.#isBack();
  }

  async #listAll(signal: AbortSignal | undefined): Promise<readonly Item[]> {
    const { name, path } = this.collection;
    const items: Item[] = [];
    let next: string | undefined;
    do {
      const query = {
        limit: PAGE,
        ...this.#selectors(),
        ...(next !== undefined && { continue: next }),
      };
      const answer = await this.client.send({ method: 'GET', path, query, what: `list ${name}` }, signal);
      const page = pageOf(answer, name);
      for (const object of page.objects) {
        const item = this.collection.read(object);
        if (item === undefined) throw new ClusterError('foreign-answer', `cannot list ${name}: an item cannot be read`);
        items.push(item);
      }
      this.#version = page.version;
      next = page.next;
    } while (next !== undefined);
    return items;
  }

  #isAway(reason: string): void {
    this.#away ??= { since: this.clock.now(), reason, isComplete: true };
  }

  #isBack(): void {
    const away = this.#away;
    if (away === undefined) return;
    this.#away = undefined;
    const { reason, since, isComplete } = away;
    this.reader.onGap({ collection: this.collection.name, reason, ms: this.clock.now() - since, isComplete });
  }
}

/** No later try helps. */
function isFinal({ code }: ClusterError): boolean {
  return (
    code === 'unauthorized' || code === 'forbidden' || code === 'not-found' || code === 'credentials' || code === 'tls'
  );
}

function eventOf(line: string): { readonly type: string; readonly object: unknown } | undefined {
  try {
    const event: unknown = JSON.parse(line);
    return isRecord(event) && typeof event['type'] === 'string'
      ? { type: event['type'], object: event['object'] }
      : undefined;
  } catch {
    // A line that was cut, or a proxy's page.
    return undefined;
  }
}

function versionOf(object: unknown): string | undefined {
  const metadata = isRecord(object) ? object['metadata'] : undefined;
  const version = isRecord(metadata) ? metadata['resourceVersion'] : undefined;
  return typeof version === 'string' ? version : undefined;
}

function pageOf(
  answer: unknown,
  name: string,
): { readonly objects: readonly unknown[]; readonly version: string; readonly next: string | undefined } {
  const objects = isRecord(answer) ? answer['items'] : undefined;
  const version = versionOf(answer);
  if (!Array.isArray(objects) || version === undefined) {
    throw new ClusterError('foreign-answer', `cannot list ${name}: the answer is no list of Kubernetes`);
  }
  const metadata = isRecord(answer) && isRecord(answer['metadata']) ? answer['metadata'] : {};
  const next = metadata['continue'];
  return { objects, version, next: typeof next === 'string' && next !== '' ? next : undefined };
}
