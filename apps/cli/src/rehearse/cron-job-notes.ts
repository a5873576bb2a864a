import { type Workload } from 'nestjs-lifecycle-manifest-check';

/**
 * CronJobs that name a Service of a workload that is rolled, each in a sentence: what they ask while its pods stop is not seen, for no CronJob is
 * played.
 */
export function cronJobNotes(cronJobs: readonly Workload[], rolled: readonly Workload[]): string[] {
  return cronJobs.flatMap((cronJob) => {
    const called = rolled.filter((workload) => namesServiceOf(cronJob, workload)).map(({ name }) => name);
    if (called.length === 0) return [];
    const whose = called.join(', ');
    return [`CronJob ${cronJob.name} is not played: what it asks of ${whose} while pods stop is not seen.`];
  });
}

/** By its name alone within the namespace, or with that of the namespace behind it. */
function namesServiceOf({ main, namespace }: Workload, { services, ...workload }: Workload): boolean {
  const texts = [...[...main.variables.values()].map(({ text }) => text), ...main.words.map(({ text }) => text)];
  const words = texts.flatMap((text = '') => text.split(/[^\w.-]+/));
  return services.some(({ name }) => {
    const whole = `${name}.${workload.namespace}`;
    return words.some(
      (word) => (word === name && namespace === workload.namespace) || word === whole || word.startsWith(`${whole}.`),
    );
  });
}
