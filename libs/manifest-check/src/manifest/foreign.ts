import { type Container } from './container.js';
import { programIn } from './command.js';
import { baseName } from './runner.js';

/**
 * Whether a container is certainly of something else than Node: a database, a proxy, another runtime. Its time to stop
 * and its probes go by rules of its own. A workload that could be either counts as a service of Node.
 */
export function isForeign(container: Container): boolean {
  const { field, variables, words } = container;
  const names = [...variables.keys()];
  if (names.some((name) => /^(?:SHUTDOWN_|NODE_)/.test(name))) return false;
  const program = words.map(({ text }) => text ?? '');
  if (isNodeStart(program)) return false;
  return (
    container.isBuiltElsewise ||
    names.some((name) => FOREIGN_VARIABLE.test(name)) ||
    hasPortsOfServers(container) ||
    isForeignStart(field.at('image').text ?? '', program)
  );
}

/** Whether these words start Node, as far as they show it. */
export function isNodeStart(words: readonly string[]): boolean {
  const [first] = programIn(words);
  return first !== undefined && NODE_PROGRAM.test(baseName(first));
}

/** What only another runtime reads; the address of a database is given to services of Node, too. */
const FOREIGN_VARIABLE =
  /^(?:JAVA_OPTS|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|JVM_OPTS|SPRING_(?:PROFILES_ACTIVE|APPLICATION_JSON|DATASOURCE_\w+)|ASPNETCORE_\w+|DOTNET_\w+|PYTHON(?:UNBUFFERED|PATH|DONTWRITEBYTECODE)|GUNICORN_CMD_ARGS|DJANGO_SETTINGS_MODULE|FLASK_(?:APP|ENV)|RAILS_ENV|RACK_ENV|GIN_MODE|GOMAXPROCS|GOGC|GOMEMLIMIT|PHP_INI_\w+)$/;

/** The ports that databases and brokers have by their protocols. */
const PORTS_OF_SERVERS: ReadonlySet<number | undefined> = new Set([
  1433, 1521, 2181, 3306, 4222, 5432, 5672, 6379, 7687, 9042, 9092, 9200, 11211, 15672, 27017,
]);

function hasPortsOfServers({ ports }: Container): boolean {
  return ports.length > 0 && ports.every(({ number }) => PORTS_OF_SERVERS.has(number));
}

/** The same, by the image and by the command that is written over the image's own. */
export function isForeignStart(image: string, words: readonly string[]): boolean {
  if (isNodeStart(words)) return false;
  const [first] = programIn(words);
  const program = first === undefined ? undefined : baseName(first);
  return (program !== undefined && FOREIGN_PROGRAM.test(program)) || isForeignName(image);
}

/** `docker.io/bitnami/postgresql:16@sha256:…` is `postgresql`. */
export function imageName(image: string): string {
  return baseName(image.replace(/@.*$/, '').replace(/:[^/:]*$/, ''));
}

/** `nats-streaming`, `mysqld-exporter`, `kafka-ui`: what begins with the name of one, and what watches one. */
function isForeignName(image: string): boolean {
  const name = imageName(image);
  const [first = ''] = name.split(/[-_.]/);
  // What a team has built may be named after what it talks to: `shop/redis-sync`.
  const isOfficial = /^(?:docker\.io\/)?(?:library\/|bitnami\w*\/)?[^/]+$/.test(image);
  const isKnown = FOREIGN_IMAGES.has(name) || (isOfficial && FOREIGN_IMAGES.has(first)) || /[-_]exporter$/.test(name);
  return isKnown || FOREIGN_PUBLISHER.test(image);
}

/** Those who publish databases, brokers, proxies and what watches them. */
const FOREIGN_PUBLISHER =
  /^(?:(?:docker\.io|quay\.io|ghcr\.io)\/)?(?:prom|prometheus|grafana|otel|open-telemetry|jaegertracing|openzipkin|istio|envoyproxy|hashicorp|confluentinc|strimzi|elastic|opensearchproject|fluent|timberio|bitnami\w*|kong|traefik|jetstack|argoproj|fluxcd|localstack|axllent|mailhog|dpage|provectuslabs|landoop|kiali|linkerd|cilium|calico|fortio|kubernetes-ingress-controller|oauth2-proxy|cert-manager|vitess|tensorflow|pytorch|vllm|ollama|selenium|newrelic|minio|hazelcast|rancher)\/|^(?:k8s\.gcr\.io|registry\.k8s\.io|gcr\.io\/google[-_]containers|docker\.elastic\.co|cr\.l5d\.io|gcr\.io\/(?:istio-[\w-]+|linkerd-io)|mcr\.microsoft\.com\/(?:mssql|dotnet))\//;

const NODE_PROGRAM =
  /^(?:node|nodejs|npm|npx|yarn|pnpm|bun|bunx|deno|nest|tsx|ts-node|pm2|pm2-runtime|cross-env|dotenv)$/;

const FOREIGN_PROGRAM =
  /^(?:python[\d.]*|gunicorn|uvicorn|hypercorn|celery|flask|java|ruby|bundle|rails|puma|sidekiq|php(?:-fpm)?[\d.]*|apache2(?:ctl|-foreground)?|httpd|dotnet|nginx|openresty|haproxy|envoy|traefik|caddy|postgres|mysqld|mariadbd|mongod|mongos|redis-(?:server|sentinel)|valkey-server|memcached|rabbitmq-server|nats-server|etcd|minio|kafka-server-start\.sh|mosquitto|prometheus|grafana-server|alertmanager|locust|jmeter|k6|otelcol[\w-]*|catalina\.sh|mvn|gradle|sbt|mix|elixir|cargo|go|kong)$/;

const FOREIGN_IMAGES: ReadonlySet<string> = new Set(
  [
    'postgres postgresql postgis timescaledb pgbouncer mysql mariadb percona mongo mongodb redis redis-stack valkey keydb',
    'dragonfly memcached cassandra scylla cockroach clickhouse clickhouse-server influxdb neo4j etcd minio',
    'rabbitmq kafka cp-kafka redpanda zookeeper nats pulsar activemq mosquitto emqx',
    'nginx nginx-unprivileged openresty httpd haproxy envoy traefik caddy varnish squid',
    'elasticsearch opensearch kibana logstash solr meilisearch typesense grafana prometheus loki tempo jaeger keycloak vault consul',
    'python openjdk eclipse-temurin amazoncorretto tomcat jetty wildfly ruby php golang rust aspnet wordpress',
    'busybox rethinkdb couchdb hazelcast',
  ].flatMap((line) => line.split(' ')),
);
