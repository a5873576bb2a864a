import { serviceRule } from '../rule-kinds/rule.js';

/** A variable that begins like those of the service and is none of them: its default holds in silence. */
export const variableUnknown = serviceRule({
  id: 'variable-unknown',
  severity: 'warning',
  summary: 'A variable begins with SHUTDOWN_, and nothing reads it',
  *check({ settings }) {
    // Without any other sign of the library, the variable may be that of something else.
    const isOurs = settings.origin !== 'defaults';
    for (const { name, field, nearest } of settings.unknownVariables) {
      if (!isOurs && nearest === undefined) continue;
      yield {
        at: field,
        message: `nothing reads ${name}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`,
        why: 'The service starts with the default in its place, and only says so in its log.',
        remedy:
          nearest === undefined
            ? `Remove ${name}, or list it in the code: GracefulShutdownModule.forRoot({ knownVariables: ['${name}'] })`
            : `name: ${nearest}   # in place of ${name}`,
      };
    }
  },
});
