import { defaultDataDir, localPaths } from './local-paths.js';
import { findRunningStack } from './running-stack.js';

const usage = `usage: eval "$(npm run --silent shell)"

Names the running stack in a bash: $API, $TOKEN, $TENANT_ID, $ORG_ID, $API_KEY, $SIMULATOR, $WEB_UI, $LOCATION_ID,
$VARIANT_ID, $STACK (its folder: logs/, pids/), and the commands
  oms <method> <path> [curl options]        the Orders API, below /api/v1/oms
  sales <method> <path> [curl options]      the Sales API, below /api/v1/sales
  commerce <method> <path> [curl options]   the Commerce API, below /v1
  field <javascript>                        a part of the JSON on standard input: field .items[0].id`;

/** The shell functions of the guides. `eval` defines them in the caller's shell. */
const commands = String.raw`
field() { node -pe "JSON.parse(require('fs').readFileSync(0))$1"; }
oms() { curl -sS -w '\n' -X "$1" "$API/api/v1/oms$2" -H 'Content-Type: application/json' -H "Authorization: Bearer $TOKEN" \
  -H "X-Tenant-ID: $TENANT_ID" -H "X-Org-ID: $ORG_ID" "${'${@:3}'}"; }
sales() { curl -sS -w '\n' -X "$1" "$API/api/v1/sales$2" -H 'Content-Type: application/json' -H "Authorization: Bearer $TOKEN" "${'${@:3}'}"; }
commerce() { curl -sS -w '\n' -X "$1" "$API/v1$2" -H 'Content-Type: application/json' -H "Authorization: Bearer $API_KEY" "${'${@:3}'}"; }`;

/** Prints the variables and functions with which a bash calls the running stack. */
async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const paths = localPaths(process.env['LOCAL_DATA_DIR'] ?? defaultDataDir);
  const stack = await findRunningStack(process.env);
  if (!stack) throw new Error('no stack runs: start it with `npm start`');
  const variables = {
    API: stack.gateway_url,
    TOKEN: stack.token,
    TENANT_ID: stack.tenant_id,
    ORG_ID: stack.org_id,
    API_KEY: stack.api_key,
    SIMULATOR: stack.payment_simulator_url,
    WEB_UI: stack.temporal_ui_url,
    LOCATION_ID: stack.location_id,
    VARIANT_ID: stack.variant_ids[0],
    STACK: paths.dataDir,
  };
  const quoted = Object.entries(variables).map(([name, value]) => `export ${name}=${inQuotes(value ?? '')}`);
  process.stdout.write(`${quoted.join('\n')}${commands}\n`);
}

/** Quotes a text as one word of a shell. */
const inQuotes = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
