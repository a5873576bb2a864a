import { commandsIn, isShell } from './shell-line.js';

/** Programs that images have in their `PATH`, and words that are none. */
const IN_PATH =
  /^(?:node|nodejs|bun|deno|env|exec|cd|export|set|source|trap|\.|pm2|pm2-runtime|pm2-docker|tini|dumb-init|python[\d.]*|java|go|dotnet|php|ruby)$/;

/**
 * The command of a script, for an image: package managers look for its program in `node_modules/.bin`, which images do
 * not have in their `PATH`.
 *
 * @param start where the program is, behind inits
 */
export function fromModules(command: readonly string[], start: number): readonly string[] {
  const program = command[start];
  const isFound = program === undefined || program.includes('/') || isShell(program) || IN_PATH.test(program);
  return isFound ? command : [...command.slice(0, start), `node_modules/.bin/${program}`, ...command.slice(start + 1)];
}

/** What packages bring, and scripts start before the service, or as the service. */
const OF_PACKAGES =
  /^(?:exec\s+)?(?:prisma|typeorm(?:-ts-node-\w+)?|knex|sequelize(?:-cli)?|mikro-orm|drizzle-kit|migrate-mongo|node-pg-migrate|db-migrate|next|nest|nuxt|strapi|medusa|ts-node|tsx|tsc|wait-on|rimraf)(?=\s|$)/;

/** The same for a line of a shell. */
export function lineFromModules(line: string): string {
  const needsPath = commandsIn(line).some(({ text }) => OF_PACKAGES.test(text));
  return needsPath ? `PATH=node_modules/.bin:$PATH; ${line}` : line;
}
