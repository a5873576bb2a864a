import { type Container } from './container.js';
import { programIn } from './command.js';
import { partsOfName } from './build.js';
import { baseName } from './runner.js';

/**
 * Whether a container is certainly of something else than Node: a database, a proxy, another runtime. Its time to stop
 * and its probes go by rules of its own. A workload that could be either counts as a service of Node.
 */
export function isForeign(container: Container): boolean {
  const program = container.words.map(({ text }) => text ?? '');
  if (isNodeStart(program)) return false;
  if (isCertainlyForeign(container)) return true;
  return !hasSignOfNode(container) && isLikelyForeign(container, program);
}

/** Pages that nginx serves are often built with `NODE_ENV`, and keep it. */
function isCertainlyForeign({ field, build }: Container): boolean {
  const mounts = field.at('volumeMounts').items.map((mount) => mount.at('mountPath').text ?? '');
  return (build?.runtime === 'foreign' && build.isSure) || mounts.some((path) => FOREIGN_FOLDER.test(path));
}

function isLikelyForeign(container: Container, program: readonly string[]): boolean {
  const { build, variables, field } = container;
  return (
    build?.runtime === 'foreign' ||
    [...variables.keys()].some((name) => FOREIGN_VARIABLE.test(name)) ||
    hasPortsOfServers(container) ||
    isForeignStart(field.at('image').text ?? '', program)
  );
}

/** Whether its command, a variable or the name of its image shows that it runs Node. */
export function hasSignOfNode({ field, variables, words }: Container): boolean {
  if ([...variables.keys()].some((name) => NODE_VARIABLE.test(name))) return true;
  return isNodeStart(words.map(({ text }) => text ?? '')) || isNodeImage(field.at('image').text ?? '');
}

/** `NODE_NAME` and `NODE_IP` are of the machine. */
const NODE_VARIABLE =
  /^(?:SHUTDOWN_|NEST_|NESTJS_|NEXT_|NUXT_|NPM_|NODE_(?:ENV|OPTIONS|PATH|DEBUG|CONFIG|APP|VERSION|NO_|EXTRA_|TLS_|CLUSTER_|PENDING_|V8_|COMPILE_))/;

function isNodeImage(image: string): boolean {
  const name = imageName(image);
  return name === 'node' || partsOfName(name).some((part) => NODE_NAMES.has(part));
}

const NODE_NAMES: ReadonlySet<string> = new Set('nodejs nestjs nextjs expressjs bun deno'.split(' '));

/** Whether these words start Node, as far as they show it. */
export function isNodeStart(words: readonly string[]): boolean {
  const [first] = programIn(words);
  return first !== undefined && NODE_PROGRAM.test(baseName(first));
}

/** What only another runtime reads; the address of a database is given to services of Node, too. */
const FOREIGN_VARIABLE =
  /^(?:\w*JAVA_OPTS|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|JVM_OPTS|CATALINA_OPTS|\w+_HEAP_(?:OPTS|SIZE|NEWSIZE)|MYSQL_(?:ROOT|ALLOW|RANDOM)_\w+|MARIADB_ROOT_\w+|MONGO_INITDB_\w+|POSTGRES_INITDB_\w+|PGDATA|WSREP_\w+|GALERA_\w+|CASSANDRA_SEEDS|RABBITMQ_(?:DEFAULT|ERLANG)_\w+|KAFKA_(?:ADVERTISED_LISTENERS|ZOOKEEPER_CONNECT|BROKER_ID|CFG_\w+)|ALLOW_ANONYMOUS_LOGIN|ZOO_\w+|SPRING_(?:PROFILES_ACTIVE|APPLICATION_JSON|DATASOURCE_\w+)|ASPNETCORE_\w+|DOTNET_\w+|PYTHON(?:UNBUFFERED|PATH|DONTWRITEBYTECODE)|GUNICORN_CMD_ARGS|DJANGO_SETTINGS_MODULE|FLASK_(?:APP|ENV)|RAILS_ENV|RACK_ENV|GIN_MODE|GOMAXPROCS|GOGC|GOMEMLIMIT|PHP_INI_\w+)$/;

/** The ports that databases and brokers have by their protocols, their own among themselves included. */
const PORTS_OF_SERVERS: ReadonlySet<number | undefined> = new Set([
  1433, 1521, 2181, 2379, 2380, 2888, 3306, 3888, 4222, 4369, 4567, 4568, 5432, 5671, 5672, 5701, 6379, 7000, 7001,
  7199, 7687, 8300, 8301, 9042, 9092, 9160, 9200, 9300, 11211, 15672, 16379, 25672, 26257, 26379, 27017, 28017,
]);

/** One of them is enough, but those that services have, too. */
const PORTS_OF_MANY: ReadonlySet<number | undefined> = new Set([7000, 7001, 9092, 9200, 9300]);

function hasPortsOfServers({ ports }: Container): boolean {
  const numbers = ports.map(({ number }) => number).filter((number) => PORTS_OF_SERVERS.has(number));
  return (
    numbers.some((number) => !PORTS_OF_MANY.has(number)) || (numbers.length > 0 && numbers.length === ports.length)
  );
}

/** Where servers keep what is theirs. */
const FOREIGN_FOLDER =
  /^\/(?:var\/lib\/(?:mysql|postgres\w*|rabbitmq|redis|cassandra|neo4j|etcd|kafka|grafana|zookeeper|clickhouse|mongo\w*)|data\/db|bitnami|prometheus|usr\/share\/(?:elasticsearch|opensearch|nginx)|etc\/(?:nginx|mysql|redis|prometheus|grafana|haproxy|envoy|traefik)|var\/www|opt\/(?:keycloak|kafka|spark))(?:\/|$)/;

/** The same, by the image and by the command that is written over the image's own. */
export function isForeignStart(image: string, words: readonly string[]): boolean {
  if (isNodeStart(words)) return false;
  const [first] = programIn(words);
  const program = first === undefined ? undefined : baseName(first);
  return (program !== undefined && FOREIGN_PROGRAM.test(program)) || isForeignName(image);
}

/** `node:24-alpine`, and Alpine itself. */
export function isAlpineImage(image: string): boolean {
  return /(?:^|[/:._-])(?:alpine|busybox)(?![a-z])/i.test(image);
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
  const isKnown =
    FOREIGN_IMAGES.has(name) ||
    (isOfficial && FOREIGN_IMAGES.has(first)) ||
    /[-_]exporter$/.test(name) ||
    isPackagedServer(partsOfName(name));
  return isKnown || FOREIGN_PUBLISHER.test(image);
}

/** `docker-elasticsearch-kubernetes`, `percona_xtradb_cluster_5_6`, `orders-db`: such a server and how it is packed, and nothing else. */
function isPackagedServer(parts: readonly string[]): boolean {
  const isDatabase = /^(?:db|database)$/.test(parts.at(-1) ?? '');
  return isDatabase || (parts.some((part) => FOREIGN_IMAGES.has(part)) && parts.every((part) => isOfPacking(part)));
}

function isOfPacking(part: string): boolean {
  return FOREIGN_IMAGES.has(part) || PACKING.has(part) || /^v?\d+$/.test(part);
}

const PACKING: ReadonlySet<string> = new Set(
  'docker kubernetes k8s petset statefulset cluster server node master slave replica primary secondary sentinel alpine debian ubuntu base official image container custom https ssl tls http static xtradb galera ha unprivileged operator php fpm apache'.split(
    ' ',
  ),
);

/** Those who publish databases, brokers, proxies and what watches them. */
const FOREIGN_PUBLISHER =
  /^(?:(?:docker\.io|quay\.io|ghcr\.io)\/)?(?:prom|prometheus|grafana|otel|open-telemetry|jaegertracing|openzipkin|istio|envoyproxy|hashicorp|confluentinc|strimzi|elastic|opensearchproject|fluent|timberio|bitnami\w*|kong|traefik|jetstack|argoproj|fluxcd|localstack|axllent|mailhog|dpage|provectuslabs|landoop|kiali|linkerd|cilium|calico|fortio|kubernetes-ingress-controller|oauth2-proxy|cert-manager|vitess|tensorflow|pytorch|vllm|ollama|selenium|newrelic|minio|hazelcast|rancher|temporalio|qdrant|chromadb|dexidp|external-secrets|crossplane|kyverno|openpolicyagent|velero|metallb|longhornio|goharbor|tektoncd|knative|semitechnologies|milvusdb|cloudflare|portainer|containrrr|influxdata|vectorim|matrixdotorg|coturn|livekit|hasura|postgrest|oryd|zitadel|gotenberg|cadvisor|victoriametrics|thanosio|sentry|typesense|getmeili|questdb|dgraph|surrealdb|kedacore|datadog|victorialogs|signoz|curlimages|tailscale|flyway|liquibase|kubernetesui|openebs|nginx|falcosecurity|aquasec|nfs-ganesha|gitea|metabase|apache|redislabs|oliver006|percona|apicurio|debezium|jenkins)\/|^(?:docker\.io\/)?amazon\/(?:aws-|dynamodb|cloudwatch|opendistro)|^public\.ecr\.aws\/(?:aws-observability|xray|datadog|bitnami)\/|^ko:\/\/|^gcr\.io\/(?:cadvisor|(?:knative|tekton)-(?:releases|samples)|kaniko-project|heptio-images|cloud-sql-connectors)\/|^(?:k8s\.gcr\.io|registry\.k8s\.io|gcr\.io\/google[-_]containers|docker\.elastic\.co|docker-registry\.nginx\.com|private-registry\.nginx\.com|docker\.redpanda\.com|docker\.gitea\.com|cr\.l5d\.io|gcr\.io\/(?:istio-[\w-]+|linkerd-io)|mcr\.microsoft\.com\/(?:mssql|dotnet))\//;

const NODE_PROGRAM =
  /^(?:node|nodejs|npm|npx|yarn|pnpm|bun|bunx|deno|nest|tsx|ts-node|pm2|pm2-runtime|cross-env|dotenv)$/;

const FOREIGN_PROGRAM =
  /^(?:python[\d.]*|gunicorn|uvicorn|hypercorn|celery|flask|java|ruby|bundle|rails|puma|sidekiq|php(?:-fpm)?[\d.]*|apache2(?:ctl|-foreground)?|httpd|dotnet|nginx|openresty|haproxy|envoy|traefik|caddy|postgres|mysqld|mariadbd|mongod|mongos|redis-(?:server|sentinel)|valkey-server|memcached|rabbitmq-server|nats-server|etcd|minio|kafka-server-start\.sh|mosquitto|prometheus|grafana-server|alertmanager|locust|jmeter|k6|otelcol[\w-]*|catalina\.sh|mvn|gradle|sbt|mix|elixir|cargo|go|kong)$/;

const FOREIGN_IMAGES: ReadonlySet<string> = new Set(
  [
    'postgres postgresql postgis timescaledb pgbouncer mysql mariadb percona mongo mongodb redis redis-stack valkey keydb',
    'dragonfly memcached cassandra scylla cockroach clickhouse clickhouse-server influxdb neo4j etcd minio',
    'rabbitmq kafka cp-kafka redpanda zookeeper nats pulsar activemq mosquitto eclipse-mosquitto emqx hivemq',
    'nginx nginx-unprivileged openresty httpd haproxy envoy traefik caddy varnish squid',
    'elasticsearch opensearch kibana logstash solr meilisearch typesense grafana prometheus loki tempo jaeger keycloak vault consul',
    'python openjdk eclipse-temurin amazoncorretto tomcat jetty wildfly ruby php golang rust aspnet wordpress',
    'busybox rethinkdb couchdb hazelcast documentdb dynamodb localstack arangodb janusgraph ignite aerospike spark flink storm airflow',
    'socat curl kubectl aws-cli rclone restic tailscale',
    'qdrant weaviate milvus chroma cloudflared telegraf chronograf kapacitor cadvisor watchtower victoria-metrics alertmanager otel-collector opentelemetry-collector',
    'pgadmin adminer phpmyadmin redisinsight mailhog mailpit maildev minikube sonarqube jenkins gitlab nexus portainer zipkin kong apisix',
  ].flatMap((line) => line.split(' ')),
);
