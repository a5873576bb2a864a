import { serviceRule } from '../rule-kinds/rule.js';
import { formatMs } from '../settings/duration.js';
import { routersOf } from '../traffic/router.js';

const HEADROOM_MS = 5000;

/** Of two that keep an idle connection, the one who sends requests has to give up first. */
export const keepAliveTooShort = serviceRule({
  id: 'keep-alive-too-short',
  severity: 'error',
  summary: "The server closes idle connections before the load balancer's idle timeout",
  *check(workload) {
    const { keepAliveTimeoutMs } = workload.settings.server;
    // 0 is for ever.
    if (keepAliveTimeoutMs === undefined || keepAliveTimeoutMs === 0) return;
    for (const router of routersOf(workload)) {
      const { idleTimeoutMs, name, at } = router;
      if (idleTimeoutMs === undefined || keepAliveTimeoutMs >= idleTimeoutMs + HEADROOM_MS) continue;
      const neededMs = idleTimeoutMs + HEADROOM_MS;
      yield {
        at,
        message: `the server closes idle connections after ${formatMs(keepAliveTimeoutMs)}, but ${name} keeps them for ${formatMs(idleTimeoutMs)}`,
        why: 'The load balancer sends its next request on a connection that the server is just closing, and answers its client with 502.',
        remedy: `// in main.ts, before app.listen()\nconst server = app.getHttpServer();\nserver.keepAliveTimeout = ${neededMs};\nserver.headersTimeout = ${neededMs + 1000};`,
      };
    }
  },
});
