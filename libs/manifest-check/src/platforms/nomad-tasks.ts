import { type Field } from '../source/field.js';

/** The job itself, which `nomad job run -output` prints under a key. */
export function nomadJobOf(root: Field): Field {
  const job = root.at('Job');
  return job.exists ? job : root;
}

/** A task of a job, and the group that it is in. */
export interface NomadTask {
  readonly task: Field;
  readonly group: Field;
}

/** What goes on running: batch jobs end by themselves, and so do tasks that come before or after the others. */
export function nomadTasksOf(root: Field): readonly NomadTask[] {
  const job = nomadJobOf(root);
  if (/^(?:batch|sysbatch)$/.test(job.at('Type').text ?? '')) return [];
  return job.at('TaskGroups').items.flatMap((group) =>
    group
      .at('Tasks')
      .items.filter((task) => !task.at('Lifecycle', 'Hook').exists || task.at('Lifecycle', 'Sidecar').boolean === true)
      .map((task) => ({ task, group })),
  );
}

/** Docker's driver leaves the signal to the image, whose default is SIGTERM; the others send SIGINT. */
export function nomadSignalOf(task: Field): string {
  return task.at('KillSignal').text || (task.at('Driver').text === 'docker' ? 'SIGTERM' : 'SIGINT');
}
