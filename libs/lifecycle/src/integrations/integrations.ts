import { describeError } from '../errors/lifecycle-error.js';
import { type UnseenKind } from '../options/unseen-kinds.js';
import {
  type FollowedPackage,
  type InstanceWrapper,
  type Integration,
  type IntegrationParts,
  type NestParts,
} from './integration.js';
import { INTEGRATIONS } from './known-integrations.js';

/** Work that only follows from other work. */
const FOLLOWING: ReadonlySet<UnseenKind> = new Set(['events', 'cqrs']);

/** The packages of an application whose work is followed. What fails in one leaves its work unseen, and harms no other. */
export class Integrations {
  readonly #followed = new Map<Integration, FollowedPackage>();
  readonly #failed = new Set<Integration>();

  constructor(
    private readonly parts: IntegrationParts,
    private readonly known: readonly Integration[] = INTEGRATIONS,
  ) {}

  /** Whether work of this kind is seen. */
  sees(kind: UnseenKind): boolean {
    return [...this.#followed.keys()].some(({ sees }) => sees.includes(kind));
  }

  /** Whether any of them takes work in by itself, so that no code of the application has to, in an application without a server. */
  get takeWorkIn(): boolean {
    return [...this.#followed.keys()].some(({ sees }) => sees.some((kind) => !FOLLOWING.has(kind)));
  }

  /** Providers have been made: of the application before its first `onModuleInit`, or of a module that is loaded later. */
  async found(providers: readonly InstanceWrapper[], nest: NestParts): Promise<void> {
    for (const integration of this.known) {
      if (this.#failed.has(integration)) continue;
      const marked = providers.some((provider) =>
        this.parts.guard(`looking for ${integration.name}`, false, () => integration.isMarked(provider)),
      );
      if (marked || this.#followed.has(integration)) await this.#tell(integration, providers, nest);
    }
  }

  initialised(): void {
    for (const [integration, followed] of this.#followed) this.#call(integration, () => followed.initialised?.());
  }

  bootstrapped(): void {
    for (const [integration, followed] of this.#followed) this.#call(integration, () => followed.bootstrapped?.());
  }

  undo(): void {
    for (const [integration, followed] of this.#followed) this.#call(integration, () => followed.undo?.());
  }

  async #tell(integration: Integration, providers: readonly InstanceWrapper[], nest: NestParts): Promise<void> {
    try {
      const followed = this.#followed.get(integration) ?? (await integration.load())({ ...this.parts, ...nest });
      this.#followed.set(integration, followed);
      followed.found(providers);
    } catch (error) {
      this.#fail(integration, error);
    }
  }

  #call(integration: Integration, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#fail(integration, error);
    }
  }

  /** Its work counts as unseen from now on, by the marks of its handlers. */
  #fail(integration: Integration, error: unknown): void {
    this.#failed.add(integration);
    this.#followed.delete(integration);
    const { name, sees } = integration;
    this.parts.log.warn(`The work of ${name} is not followed: ${describeError(error)}`);
    for (const kind of sees) {
      this.parts.unseen.add({
        kind,
        what: `work of ${name}, which could not be followed,`,
        remedy: "Type shutdown.track('what it does', work) in each of its handlers.",
      });
    }
  }
}
