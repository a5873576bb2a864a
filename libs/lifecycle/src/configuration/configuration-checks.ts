import { type Clock } from '../deadline/clock.js';
import { Deadline } from '../deadline/deadline.js';
import { formatDuration } from '../deadline/duration.js';
import { describeError } from '../errors/lifecycle-error.js';
import { nameText } from '../errors/safe-text.js';
import { type CheckLevel } from '../options/graceful-shutdown-options.js';
import { type ProductionReadinessSettings } from '../options/production-readiness-option.js';
import { asHandle } from '../resources/handle.js';
import { type ApplicationFacts } from './application-facts.js';
import { problemsOf } from './check-answer.js';
import { type ConfigurationCheck, NotJudged } from './configuration-check.js';
import { type FoundProblem, type ProductionReadinessResult } from './configuration-problem.js';
import { secretHider } from './hidden-secrets.js';
import { KNOWN_CHECKS } from './known-checks.js';
import {
  type OwnCheck,
  type ProductionCheckOptions,
  type ProductionReadinessCheck,
  readOwnCheck,
} from './own-check.js';
import { type CheckedConfiguration, judge } from './verdict.js';

/** Undoes `add`; also at the end of a block, with `using` or `await using`. */
export interface CheckHandle extends Disposable, AsyncDisposable {
  (): void;
}

interface Parts {
  readonly clock: Clock;
  readonly settings: { readonly productionReadiness: ProductionReadinessSettings };
}

/** What a check is run with. */
interface Run {
  readonly facts: ApplicationFacts;
  readonly hide: (text: string) => string;
}

/** Whether the configuration of the application is fit for production: ready-made checks, and those of the application. */
export class ConfigurationChecks {
  readonly #own = new Map<string, OwnCheck>();
  #result: ProductionReadinessResult | undefined;

  constructor(
    private readonly parts: Parts,
    private readonly known: readonly ConfigurationCheck[] = KNOWN_CHECKS,
  ) {}

  /** What was found when the application started; `undefined` before, and where nothing is looked at. */
  get result(): ProductionReadinessResult | undefined {
    return this.#result;
  }

  /** Whether anything is looked at. */
  get isOn(): boolean {
    const { level, checks } = this.#settings;
    return level !== 'off' || Object.values(checks).some((one) => one !== 'off');
  }

  /** The names of the checks of the application. */
  get ownNames(): readonly string[] {
    return [...this.#own.keys()];
  }

  /**
   * Adds a check of the configuration, before the application has started. All is well unless it answers a problem (a text, or
   * `{ message, remedy }`, or several), answers `false`, throws, or takes too long.
   *
   * @param name by which it is chosen in the options, and problems are accepted
   * @returns its undo
   * @throws LifecycleError `INVALID_OPTIONS` when there is a check of that name, or the options cannot be used
   */
  add(name: string, check: ProductionReadinessCheck['check'], options: ProductionCheckOptions = {}): CheckHandle {
    const isTaken = (other: string): boolean =>
      this.#own.has(other) || this.known.some((ready) => ready.name === other);
    const own = readOwnCheck(name, check, options, isTaken);
    this.#own.set(own.name, own);
    return asHandle(() => {
      if (this.#own.get(own.name) === own) this.#own.delete(own.name);
    });
  }

  /** Runs every check, each in its time, all at once. Never rejects. */
  async run(facts: ApplicationFacts): Promise<ProductionReadinessResult> {
    const hide = secretHider(facts, Object.keys(this.#settings.secrets));
    const ready = this.known.map(({ name }) => name);
    const names = [...ready, ...this.#own.keys()].filter((name) => this.#levelOf(name) !== 'off');
    const checked = await Promise.all(
      names.map(async (name): Promise<CheckedConfiguration> => ({
        check: name,
        level: this.#levelOf(name) === 'warn' ? 'warn' : 'refuse',
        outcome: await this.#runOne(name, { facts, hide }),
      })),
    );
    this.#result = judge(checked, { ...facts, accept: this.#settings.accept });
    return this.#result;
  }

  /** What the options name, and there is not: an accepted problem that was mended, a check that was removed. */
  get idle(): readonly string[] {
    const { accept, checks } = this.#settings;
    const known = new Set([...this.known.map(({ name }) => name), ...this.#own.keys()]);
    const accepted = new Set(this.#result?.accepted.flatMap(({ id, check }) => [id, check]));
    const open = new Set(this.#result?.notJudged.map(({ check }) => check));
    // A problem of production alone may be missing elsewhere.
    const isOpen = (id: string): boolean => this.#result?.isProduction !== true || open.has(id.split(':')[0] ?? id);
    return [
      ...Object.keys(checks)
        .filter((name) => !known.has(name))
        .map(
          (name) =>
            `checks names '${nameText(name)}', and there is no such check. Type one of ${[...known].join(', ')}.`,
        ),
      ...Object.keys(accept)
        .filter((id) => !accepted.has(id) && !isOpen(id))
        .map((id) => `accept names '${nameText(id)}', and there is no such problem. Remove it.`),
    ];
  }

  get #settings(): ProductionReadinessSettings {
    return this.parts.settings.productionReadiness;
  }

  #levelOf(name: string): CheckLevel {
    const { level, checks } = this.#settings;
    return (Object.hasOwn(checks, name) ? checks[name] : undefined) ?? level;
  }

  async #runOne(name: string, { facts, hide }: Run): Promise<readonly FoundProblem[] | NotJudged> {
    const own = this.#own.get(name);
    const timeoutMs = own?.timeoutMs ?? this.#settings.timeoutMs;
    const { clock } = this.parts;
    const deadline = new Deadline(clock, clock.now() + timeoutMs);
    const cancel = new AbortController();
    const settled = await deadline.settle(this.#outcomeOf(name, { facts, hide }, cancel.signal));
    if (settled.how === 'done') return settled.value;
    if (settled.how === 'late') cancel.abort();
    const message =
      settled.how === 'late'
        ? `its check has not answered within ${formatDuration(timeoutMs)}`
        : `its check failed: ${nameText(hide(describeError(settled.error)), 500)}`;
    return [{ message, remedy: own === undefined ? '' : `Mend the check '${name}', or give it more time.` }];
  }

  async #outcomeOf(
    name: string,
    { facts, hide }: Run,
    signal: AbortSignal,
  ): Promise<readonly FoundProblem[] | NotJudged> {
    const own = this.#own.get(name);
    if (own === undefined) {
      const ready = this.known.find((check) => check.name === name);
      return (await ready?.run(facts, this.#settings)) ?? [];
    }
    const { isProduction, variable } = facts;
    return problemsOf(await own.run({ signal, isProduction, variable }), hide);
  }
}
