export { startService, type TestEnding, type TestService } from './start-service.js';
export { type TestClock } from './test-clock.js';
