import { describeImplausibleTime, implausibleTimes } from '../options/implausible-times.js';
import { describeTime } from '../options/resolve-settings.js';
import { describeUnknownVariable, findUnknownVariables } from '../options/unknown-variables.js';
import { warnWhenAllExempt } from '../traffic/http/all-exempt.js';
import { type Engine } from './engine.js';

/** What the log says when the service has started: how it will stop, and what is wrong with that. */
export function logSettings(engine: Engine): void {
  const { log, settings, unseen, own } = engine;
  warnWhenAllExempt({ settings, log, unseen, traffic: own.traffic });
  logResources(engine);
  log.log(settings.enabled ? describeTime(settings) : 'disabled: only hooks run, when the service closes');
  const unknown = findUnknownVariables(Object.keys(process.env), settings.knownVariables);
  for (const variable of unknown) log.warn(describeUnknownVariable(variable));
  if (settings.enabled) tellOfUnknownIntakes(engine);
  for (const time of implausibleTimes(settings)) log.warn(describeImplausibleTime(time));
}

/** Which pools and clients were registered and found, and who closes them; in the order in which they are closed. */
function logResources({ log, resources, registered }: Engine): void {
  for (const { name, type, priority, by } of registered.list()) {
    log.debug(`${name} (${type}) is closed by ${by}`, { event: 'resource-found', name, priority, owner: by });
  }
  for (const { name, priority, owner } of resources.found) {
    const by = owner === undefined ? '' : `, unless ${owner} has`;
    log.debug(`${name} is closed at the end${by}`, { event: 'resource-found', name, priority, owner });
  }
}

/** An intake was chosen for a source that there is not, or not yet: a source may be added later. */
function tellOfUnknownIntakes({ settings, sources, log }: Engine): void {
  const known = sources.pulling;
  for (const name of Object.keys(settings.intake)) {
    if (known.includes(name)) continue;
    const names = known.length > 0 ? `Those of this application: ${known.join(', ')}` : 'This application has none yet';
    log.warn(`The option intake names '${name}', and there is no source of that name. ${names}.`);
  }
}
