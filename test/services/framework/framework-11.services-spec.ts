import { testFramework } from './compared-applications.js';

describe('Nest 11', () => testFramework(11));
