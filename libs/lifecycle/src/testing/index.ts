export { startModule } from './start-module.js';
export { startService, type TestEnding, type TestService } from './start-service.js';
export { type TestClock } from './test-clock.js';
export { lifecycleTestingProviders } from './testing-providers.js';
