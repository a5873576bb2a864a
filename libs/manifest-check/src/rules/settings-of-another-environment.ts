import { workloadRule } from '../rule-kinds/rule.js';

/** What a service printed holds for the variables it printed it with. */
export const settingsOfAnotherEnvironment = workloadRule({
  id: 'settings-of-another-environment',
  severity: 'warning',
  summary: 'The settings were printed with other SHUTDOWN_ variables than the manifest has',
  *check({ settings }) {
    const [first] = settings.differences;
    if (first === undefined) return;
    const words = settings.differences.map(({ name, field, printedText }) => {
      const before = printedText === null ? 'without it' : `with ${JSON.stringify(printedText)}`;
      return `${name} is ${JSON.stringify(field.text)} here, and the settings were printed ${before}`;
    });
    const variables = [...settings.variables].map(([name, { text = '' }]) => `${name}=${quoted(text)}`);
    yield {
      at: first.field,
      message: words.join('; '),
      why: 'In the cluster the service has other times than it has printed. What the variables say is taken from the manifest here, the rest from what was printed.',
      remedy: `${variables.join(' ')} SHUTDOWN_PRINT_SETTINGS=1 node dist/main.js > settings.json`,
    };
  },
});

/** For a shell. */
function quoted(text: string): string {
  return /^[\w.,:/-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
