/** Whether a command is one that people run while they write the service, or that runs once before it. */
export function isAtHand(words: readonly string[]): boolean {
  const all = words.join(' ');
  // What keeps a container open is not what it is there for.
  const last = all.split(/&&|\|\||[;\n]/).findLast((command) => !/^\s*(?:tail|sleep|wait)\b/.test(command)) ?? '';
  return SERVES_AT_HAND.test(all) || last.split(/\s+/).some((word) => AT_HAND.test(word));
}

/** What builds and serves as it goes: Nx, Angular, Vite, Expo. */
const SERVES_AT_HAND =
  /\b(?:nx|ng|vue-cli-service)\s+(?:run\s+\S+:)?serve\b|\b(?:expo|react-scripts)\s+start\b|(?:^|[\s/])(?:nodemon|ts-node-dev|vite)(?:\s|$)/;

/** Whether it is named after what is done once, and is done: `migration`, `orders-seeder`. */
export function isNamedAfterTask(name: string): boolean {
  return /(?:^|[-_.])(?:migrat(?:e|ions?|or)|provision(?:er|ing)|seed(?:er|ing|s)?)$/i.test(name);
}

/** What people run, or what runs once before the service. */
const AT_HAND =
  /(?:^|:)(?:dev|debug|watch|test|lint)$|^(?:test|e2e):|^(?:e2e|jest|vitest|mocha|cypress|playwright)$|^--watch$|(?:^|[/:])(?:migrat\w*|seed)(?:$|[.:])/;
