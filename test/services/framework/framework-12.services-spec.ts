import { testFramework } from './compared-applications.js';

describe('Nest 12', () => testFramework(12));
