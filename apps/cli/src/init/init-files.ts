import { COMMENT_MARKER } from 'nestjs-lifecycle-rollout';

/** A file that `init` writes. */
export interface InitFile {
  /** From the folder of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
  /** What to add to a file that is there already; left out where the file is ours alone. */
  readonly toAdd?: string;
}

const GITLAB_JOB = '.gitlab/nestjs-lifecycle-check.yml';
const GITLAB_REHEARSAL = '.gitlab/nestjs-lifecycle-rehearse.yml';

/**
 * The pieces that run `check` and `rehearse` in a repository: a pre-commit hook for the check, and a GitHub workflow and a GitLab job for each, with this version of the
 * command.
 *
 * @param start what a pod runs, as `node dist/main.js`
 */
export function initFiles(version: string, start: string): readonly InitFile[] {
  const program = `npx --yes --package nestjs-lifecycle-cli@${version} nestjs-lifecycle`;
  const command = `${program} check .`;
  const include = `include:\n  - local: ${GITLAB_JOB}\n  - local: ${GITLAB_REHEARSAL}\n`;
  const hook = hookOf(command);
  return [
    { path: '.pre-commit-config.yaml', text: `repos:\n${hook}`, toAdd: hook },
    { path: '.github/workflows/nestjs-lifecycle-check.yml', text: workflowOf(command) },
    { path: '.github/workflows/nestjs-lifecycle-rehearse.yml', text: rehearsalWorkflow(program, start) },
    { path: GITLAB_JOB, text: jobOf(command) },
    { path: GITLAB_REHEARSAL, text: rehearsalJob(program, start) },
    { path: '.gitlab-ci.yml', text: include, toAdd: include },
  ];
}

function hookOf(command: string): string {
  return `  - repo: local
    hooks:
      - id: nestjs-lifecycle-check
        name: nestjs-lifecycle check
        entry: ${command}
        language: system
        pass_filenames: false
        files: (\\.ya?ml|\\.json|Dockerfile[^/]*|Procfile|fly\\.toml|\\.service|(ecosystem|pm2)[^/]*\\.[cm]?js)$
`;
}

/** Reads the repository, and writes nothing but what code scanning shows. */
function workflowOf(command: string): string {
  return `name: nestjs-lifecycle check
on:
  push:
    branches: [main]
  pull_request:
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
      # for upload-sarif
      security-events: write
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - run: ${command} --format github
      - if: always()
        run: ${command} --format sarif --output nestjs-lifecycle.sarif --fail-on never
      # Delete this step where code scanning is not switched on. A pull request from a fork may not upload.
      - if: always() && github.event.pull_request.head.repo.fork != true
        uses: github/codeql-action/upload-sarif@v3
        with:
          sarif_file: nestjs-lifecycle.sarif
`;
}

function jobOf(command: string): string {
  return `nestjs-lifecycle-check:
  image: node:24-slim
  timeout: 10 minutes
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - ${command}
`;
}

/** The comment, with `gh`, which every runner of GitHub has, and the reports. */
const LAST_STEPS = `      # A pull request from a fork may not write comments.
      - if: always() && github.event.pull_request.number && github.event.pull_request.head.repo.fork != true
        env:
          GH_TOKEN: \${{ github.token }}
          PULL_REQUEST: \${{ github.event.pull_request.number }}
        run: |
          [ -s comment.md ] || exit 0
          comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
          ours=$(gh api --paginate "$comments" --jq '.[] | select(.body | startswith("${COMMENT_MARKER}")) | .id')
          first=\${ours%%$'\\n'*}
          if [ -n "$first" ]; then
            gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$first" --field body=@comment.md > /dev/null
          else
            gh api --method POST "$comments" --field body=@comment.md > /dev/null
          fi
      - if: always()
        uses: actions/upload-artifact@v4
        with:
          name: rehearsal
          path: rehearsal.*
`;

/** In a pull request the base branch is played as well, and the comment of an earlier run is replaced. */
function rehearsalWorkflow(program: string, start: string): string {
  return `name: nestjs-lifecycle rehearse
on:
  push:
    branches: [main]
  pull_request:
permissions:
  contents: read
jobs:
  rehearse:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    permissions:
      contents: read
      # for the comment
      pull-requests: write
    env:
      # Change these to what builds your service, and what a pod runs.
      BUILD: npm ci && npm run build
      START: ${start}
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
          # for the base branch
          fetch-depth: 0
      - uses: actions/setup-node@v4
        with:
          node-version: 24
      - run: bash -c "$BUILD"
      - env:
          BASE: \${{ github.base_ref }}
        run: |
          against=()
          [ -z "$BASE" ] || against=(--against "git:origin/$BASE" --build "$BUILD" --comment comment.md)
          ${program} rehearse "\${against[@]}" --time 120s --github-summary --junit rehearsal.xml --html rehearsal.html -- $START
${LAST_STEPS}`;
}

function rehearsalJob(program: string, start: string): string {
  return `nestjs-lifecycle-rehearse:
  image: node:24
  timeout: 20 minutes
  variables:
    # Change this to what a pod runs.
    START: ${start}
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - npm ci && npm run build
    - ${program} rehearse --time 120s --junit rehearsal.xml --html rehearsal.html -- $START
  artifacts:
    when: always
    expire_in: 1 week
    paths: [rehearsal.html]
    reports:
      junit: rehearsal.xml
`;
}

/** The start of a service as its package.json has it for production; where that is no plain \`node\`, what Nest builds. */
export function startOf(packageJson: string | undefined): string {
  const script = scriptOf(packageJson, 'start:prod') ?? scriptOf(packageJson, 'start') ?? '';
  // Anything else would need a shell, or would keep the signal from the service.
  return /^node [\w./@-]+( [\w./@=-]+)*$/.test(script) ? script : 'node dist/main.js';
}

function scriptOf(packageJson: string | undefined, name: string): string | undefined {
  try {
    const scripts: unknown = Reflect.get(Object(JSON.parse(packageJson ?? '{}')), 'scripts');
    const script: unknown = Reflect.get(Object(scripts), name);
    return typeof script === 'string' ? script : undefined;
  } catch {
    // It is no JSON, and what Nest builds is as good a guess as any.
    return undefined;
  }
}
