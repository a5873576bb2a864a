/** What is written where a secret will be: each without digits and punctuation. */
const WORDS: ReadonlySet<string> = new Set(
  (
    'changeme changethis changeit change replaceme replacethis secret secretkey mysecret mysecretkey supersecret ' +
    'supersecretkey topsecret verysecret yoursecret yoursecretkey jwtsecret jwtsecretkey sessionsecret cookiesecret ' +
    'appsecret password passwd pass passw mypassword postgres mysql mongo redis root admin administrator guest user ' +
    'test testing testsecret default example sample dummy placeholder foo bar foobar todo tbd none null undefined true ' +
    'false keyboardcat letmein qwerty qwertyuiop insecure token apikey key dev development devsecret local localhost ' +
    'abc abcdef abcdefgh hello helloworld welcome'
  ).split(' '),
);

/** Sentences that ask for a secret in place of being one. */
const SENTENCES = [
  /^(?:please[-_ ]?)?(?:change|replace|insert|enter|put|set|use)[-_ ]?(?:me|this|it|your|my|with|a|the)(?:[-_ ]|$)/,
  /^(?:your|my|the|some|a|an)[-_ ](?:[a-z]+[-_ ])*(?:secret|key|password|token|value)(?:[-_ ]|$)/,
  /do[-_ ]?not[-_ ]?use/,
];

/** Templates that nothing has filled in: `${NAME}`, `$(NAME)`, `{{ name }}`, `<name>`. */
const TEMPLATE = /^(?:<[^<>]*>|\$\{[^{}]*\}|\$\([^()]*\)|\{\{.*\}\}|%[A-Z_]+%)$/;

/** A secret of fewer different characters is typed, not made. */
const FEWEST_CHARACTERS = 4;

/** Whether a value stands where a secret has to be. */
export function isPlaceholder(value: string): boolean {
  const text = value
    .trim()
    .replace(/^(["'])(.*)\1$/s, '$2')
    .toLowerCase();
  if (text === '') return false;
  const letters = text.replace(/[^a-z]/g, '');
  return (
    WORDS.has(letters) ||
    TEMPLATE.test(value.trim()) ||
    SENTENCES.some((sentence) => sentence.test(text)) ||
    new Set(text).size < FEWEST_CHARACTERS ||
    /^(?:0?1234567890?|12345678?9?|123456|987654321|abc123)+$/.test(text)
  );
}
