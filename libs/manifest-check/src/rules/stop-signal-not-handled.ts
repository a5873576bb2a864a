import { type Model, type Report, type Rule } from '../rule-kinds/rule.js';
import { isForeign } from '../manifest/foreign.js';
import { signalNameOf } from '../manifest/signal-name.js';
import { isForeignImage } from '../platforms/docker-start.js';
import { dockerfilesAmong, lastInstruction } from '../platforms/last-instruction.js';
import { signalsOf } from '../settings/learn-settings.js';

/** A signal that the service does not listen to ends it on the spot, or does nothing. */
export const stopSignalNotHandled: Rule = {
  id: 'stop-signal-not-handled',
  severity: 'error',
  summary: 'The container is stopped with a signal that the service does not listen to',
  *check(model) {
    for (const workload of model.cluster.workloads) {
      const at = workload.main.field.at('lifecycle', 'stopSignal');
      if (at.text === undefined || isForeign(workload.main)) continue;
      const place = { at, about: workload };
      if (!workload.settings.signals.includes(at.text)) yield notHeard(at.text, workload.settings.signals, place);
      else if (!workload.pod.at('os', 'name').exists) yield withoutSystem(place);
    }
    yield* inDockerfiles(model);
  },
};

function* inDockerfiles({ platforms, findPrinted }: Model): Iterable<Report> {
  const signals = signalsOf(findPrinted({ workload: undefined, variables: {} }));
  for (const file of dockerfilesAmong(platforms)) {
    const at = lastInstruction(file, 'STOPSIGNAL');
    const signal = signalNameOf(at?.at('text').text);
    if (at === undefined || signal === undefined || signals.includes(signal) || isForeignImage(file)) continue;
    yield notHeard(signal, signals, { at, about: file });
  }
}

type Place = Pick<Report, 'at' | 'about'>;

function notHeard(signal: string, signals: readonly string[], place: Place): Report {
  return {
    ...place,
    message: `the container is stopped with ${signal}, but the service listens to ${signals.join(' and ')}`,
    why: 'Node ends at once on a signal without a listener. As the first process of a container it ignores the signal until SIGKILL. Nothing is drained either way.',
    remedy: place.about.kind === 'Dockerfile' ? 'STOPSIGNAL SIGTERM' : 'stopSignal: SIGTERM   # or leave it out',
  };
}

function withoutSystem(place: Place): Report {
  return {
    ...place,
    message: 'stopSignal is set without spec.os.name',
    why: 'The API server refuses it, and knows it only with the feature gate ContainerStopSignals.',
    remedy: 'os:\n  name: linux',
  };
}
