import { type TimeLeft } from '../in-flight/work-source.js';
import { replaceMethod } from '../patching/replace-method.js';
import { answerLaterCloses } from './later-closes.js';
import { type ClientConfiguration, type Closable, type ResourceKind } from './resource-kind.js';
import { type ResourceType } from './resource-type.js';
import { fieldOf, isObject } from './shape.js';

/** @typeParam Client what a client of this kind looks like, as far as it is used */
interface KindParts<Client extends object> {
  readonly title: string;
  readonly type: ResourceType;
  readonly timeoutMs: number;
  /** Asks for fields and methods that no service of an application has, nor a client of another kind. */
  is(value: object): value is Client;
  isClosed?(client: Client): boolean;
  close(client: Client, time: TimeLeft): unknown;
  unfinished?(client: Client): string | undefined;
  force?(client: Client): unknown;
  /** Of what is written to until the process ends: `close` sends what there is so far, `end` comes after the last line. */
  end?(client: Client, time: TimeLeft): unknown;
  /** Lets new calls fail at once. Returns the undo; nothing where they do already. */
  refuse?(client: Client): (() => void) | undefined;
  /** From when it is found: notes what only its calls tell. Returns the undo. */
  follow?(client: Client): () => void;
  /** How it was configured: hosts, addresses, and objects with a `host`. What is no text is left out. */
  configured?(client: Client): { readonly at: readonly unknown[]; readonly changesSchema?: string | undefined };
  /** Its methods that close it, where its state does not show that: they are watched from the signal on. */
  readonly closers?: readonly string[];
  /** Its methods that open it again. */
  readonly openers?: readonly string[];
  /** Its methods that close it, and that fail on one that is closed. Code of the application may call them behind the library. */
  readonly failsTwice?: readonly string[];
}

/** A kind of resource of its parts. See {@link ResourceKind} and {@link Closable} for what each part has to do. */
export function defineKind<Client extends object>(parts: KindParts<Client>): ResourceKind {
  const { title, type, timeoutMs } = parts;
  const recognise = (value: object): Closable | undefined =>
    parts.is(value) ? new ClosableClient(value, parts) : undefined;
  return { title, type, timeoutMs, recognise };
}

class ClosableClient<Client extends object> implements Closable {
  readonly end: Closable['end'];
  #wasClosed = false;

  constructor(
    private readonly client: Client,
    private readonly parts: KindParts<Client>,
  ) {
    this.end = parts.end === undefined ? undefined : (time) => parts.end?.(client, time);
  }

  isClosed(): boolean {
    return this.#wasClosed || (this.parts.isClosed?.(this.client) ?? false);
  }

  close(time: TimeLeft): unknown {
    answerLaterCloses(this.client, this.parts.failsTwice ?? [], () => this.isClosed());
    return this.parts.close(this.client, time);
  }

  unfinished(): string | undefined {
    return this.parts.unfinished?.(this.client);
  }

  force(): unknown {
    return this.parts.force?.(this.client);
  }

  refuse(): (() => void) | undefined {
    return this.parts.refuse?.(this.client);
  }

  follow(): () => void {
    return this.parts.follow?.(this.client) ?? ((): void => undefined);
  }

  configuration(): ClientConfiguration {
    const { at, changesSchema } = this.parts.configured?.(this.client) ?? { at: [] };
    return { addresses: at.flatMap(hostIn).filter((host) => typeof host === 'string'), changesSchema };
  }

  watch(): () => void {
    const { closers = [], openers = [] } = this.parts;
    const undo = [...closers.map((name) => this.#note(name, true)), ...openers.map((name) => this.#note(name, false))];
    return () => {
      for (const each of undo) each();
    };
  }

  #note(name: string, isClosing: boolean): () => void {
    const note = (): void => {
      this.#wasClosed = isClosing;
    };
    return replaceMethod(this.client, name, (original) => {
      return function (...args) {
        note();
        return Reflect.apply(original, this, args);
      };
    });
  }
}

/** Of an object, its host. */
function hostIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(hostIn);
  return [isObject(value) ? fieldOf(value, 'host') : value];
}
