import { NODE_ENV } from '../../platform/platform.js';
import { type ApplicationFacts } from '../application-facts.js';
import { type ConfigurationCheck, ONLY_IN_PRODUCTION } from '../configuration-check.js';
import { type FoundProblem } from '../configuration-problem.js';

/** Switches that show the inside of an application to its clients, or to the log. */
const SWITCHES = ['DEBUG', 'APP_DEBUG', 'NODE_DEBUG'];
const OFF: ReadonlySet<string> = new Set(['', 'false', '0', 'no', 'off']);

/** Debugging that is on: switches, the inspector, `NODE_ENV` of a developer, TLS without verification. */
export const debugging: ConfigurationCheck = {
  name: 'debug',
  run: async (facts) => {
    if (!facts.isProduction) return ONLY_IN_PRODUCTION;
    return [...switches(facts), ...nodeEnv(facts), ...unverified(facts), ...(await inspector())];
  },
};

function switches({ variable }: ApplicationFacts): FoundProblem[] {
  return SWITCHES.filter((name) => !OFF.has((variable(name) ?? '').trim().toLowerCase())).map((name) => ({
    about: name,
    message: 'it is set, and what it logs may be secret',
    remedy: `Remove ${name}, or type ${name}=false.`,
  }));
}

/** Express and others send stacks to clients unless it is `production`. */
function nodeEnv({ variable }: ApplicationFacts): FoundProblem[] {
  const value = (variable(NODE_ENV) ?? '').trim();
  if (value !== '' && !/^(?:prod|production)$/i.test(value)) return [];
  if (value === 'production') return [];
  const message =
    value === '' ? 'it is not set, so frameworks send stacks to clients' : 'frameworks know it as production alone';
  return [{ about: NODE_ENV, message, remedy: 'Type NODE_ENV=production.' }];
}

function unverified({ variable }: ApplicationFacts): FoundProblem[] {
  const name = 'NODE_TLS_REJECT_UNAUTHORIZED';
  if (variable(name) !== '0') return [];
  const message = 'it is 0, so every certificate is trusted';
  return [{ about: name, message, remedy: `Remove ${name}, and type NODE_EXTRA_CA_CERTS=/path/of/your-ca.pem.` }];
}

/** A Node without an inspector has no such module. */
async function inspector(): Promise<FoundProblem[]> {
  const { url } = await import('node:inspector').catch(() => ({ url: () => undefined }));
  if (url() === undefined) return [];
  const message = "Node's inspector listens, and who reaches it runs code in this process";
  return [{ about: 'inspector', message, remedy: 'Remove --inspect from the command and from NODE_OPTIONS.' }];
}
