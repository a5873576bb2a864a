import { type EventLog } from './events/event-log.js';
import { Engine, type Host, type HostParts } from './engine/engine.js';
import { type SourceParts } from './engine/engine-sources.js';
import { Integrations } from './integrations/integrations.js';
import { FoundServers } from './nest/found-servers.js';
import { NestHookWatch } from './nest/nest-hook-watch.js';
import { nestLog } from './nest/nest-log.js';
import { type Settings } from './options/settings.js';
import { phaseStream } from './phase/phase-stream.js';
import { createOwnSources, type OwnSources } from './sources-wiring.js';
import { scriptRule } from './unseen/unseen-work.js';

/** What Nest brings: handlers, gateways and message servers, and hooks of its own behind ours. */
const NEST = {
  createSources: (parts: SourceParts): OwnSources => createOwnSources(parts),
  createSteps: ({ guard, clock, waits }: HostParts): NestHookWatch => new NestHookWatch(guard, clock, waits),
  closesItself: true,
} satisfies Host;

/** All parts of one application of Nest: the engine, and what follows Nest. */
export class Wiring extends Engine<typeof NEST> {
  readonly phase$ = phaseStream(this.phases, this.log.failed);
  /** Packages whose work is followed. */
  readonly integrations = new Integrations(this);
  readonly foundServers = this.#createFoundServers();

  constructor(settings: Settings, log: EventLog = nestLog()) {
    super(settings, log, NEST);
    const { startUp, added, followed, hooks, integrations, own } = this;
    this.unseen.addRule(scriptRule({ startUp, added, followed, hooks, integrations, tasks: own.tasks }));
  }

  /** Watches which hook Nest waits for. */
  get nest(): NestHookWatch {
    return this.steps;
  }

  #createFoundServers(): FoundServers {
    const { clock, own, unseen, log, startUp, state } = this;
    return new FoundServers({ clock, traffic: own.traffic, unseen, log, startUp, state });
  }
}
