import buildPrograms, { build } from './build.js';

/**
 * The global setup of the project `framework`. It is a file of its own, because Jest runs one setup file once, with the
 * configuration of one of the projects that name it.
 */
export default function globalSetup(): void {
  buildPrograms();
  build('framework');
}
