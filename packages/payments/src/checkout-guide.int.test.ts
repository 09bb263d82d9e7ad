import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import adyen from '@adyen/api-library';
import { Client, OrdersController } from '@paypal/paypal-server-sdk';
import Stripe from 'stripe';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ownerOfText } from './payment-owner.js';
import { createStripeProvider } from './stripe/stripe-provider.js';
import { startPaymentSimulator, type PaymentSimulator } from './testing/payment-simulator.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const modules = fileURLToPath(new URL('../node_modules', import.meta.url));

type Snippet = Readonly<Record<string, (...given: readonly unknown[]) => Promise<unknown>>>;

describe('the code of the checkout guide', () => {
  const owner = { tenantId: randomUUID(), orgId: randomUUID() };
  const named = { kind: 'named', ...owner };
  let folder: string;
  let files: readonly string[];
  let simulator: PaymentSimulator;

  beforeAll(async () => {
    // From here the SDKs of this package are found.
    folder = await mkdtemp(path.join(modules, '.guide-'));
    const guide = await readFile(path.join(root, 'docs/guides/checkout.md'), 'utf8');
    const snippets = [...guide.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code ?? '');
    files = snippets.map((_, index) => path.join(folder, `snippet-${index}.ts`));
    await Promise.all(files.map((file, index) => writeFile(file, snippets[index] ?? '')));
    simulator = await startPaymentSimulator();
  });
  afterAll(async () => {
    await simulator.stop();
    await rm(folder, { recursive: true });
  });

  async function snippetOf(provider: 'stripe' | 'adyen' | 'paypal'): Promise<Snippet> {
    const file = files[['stripe', 'adyen', 'paypal'].indexOf(provider)] ?? '';
    const source = await readFile(file, 'utf8');
    const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
    const script = file.replace(/\.ts$/, '.mjs');
    await writeFile(script, ts.transpileModule(source, { compilerOptions: options }).outputText);
    return (await import(/* @vite-ignore */ pathToFileURL(script).href)) as Snippet;
  }

  it('has a snippet for each provider, that the compiler accepts with the official SDKs', () => {
    expect(files).toHaveLength(3);
    const { config } = ts.readConfigFile(
      path.join(root, 'tsconfig.base.json'),
      ts.sys.readFile.bind(ts.sys),
    ) as {
      config: object;
    };
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
    const program = ts.createProgram(files, {
      ...options,
      noEmit: true,
      composite: false,
      incremental: false,
    });
    const faults = ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    expect(faults).toEqual([]);
  });

  it('makes a payment at Stripe that its adapter finds with this owner', async () => {
    const { hostname, port } = new URL(simulator.baseUrl);
    const stripe = new Stripe('sk_test_guide', { host: hostname, port, protocol: 'http' });
    const { createStripePayment } = await snippetOf('stripe');
    const intent = await createStripePayment?.(stripe, owner, { amount: 24_500, currency: 'usd' });
    const { id: reference } = intent as { id: string };
    const provider = createStripeProvider({
      ...{ apiKey: 'sk_test_guide', baseUrl: simulator.baseUrl, timeoutMs: 10_000 },
    });
    expect(await provider.find(reference)).toMatchObject({ payment: { reference, owner: named } });
    await stripe.paymentIntents.confirm(reference, { payment_method: 'pm_card_visa' });
    expect(await provider.find(reference)).toMatchObject({
      payment: { state: 'authorized', authorizedMinor: 24_500, owner: named },
    });
  });

  it('sends Adyen a reference of at most 80 characters that names this owner, and asks for manual capture', async () => {
    const sent: string[] = [];
    const client = new adyen.Client({ apiKey: 'AQE-test', environment: adyen.EnvironmentEnum.TEST });
    client.httpClient = {
      request: (_endpoint: string, json: string) => {
        sent.push(json);
        return Promise.resolve('{"pspReference": "PSPPAYMENT000001"}');
      },
    };
    const { createAdyenPayment } = await snippetOf('adyen');
    const payment = await createAdyenPayment?.(new adyen.CheckoutAPI(client), owner, {
      merchantAccount: 'ShopECOM',
      amount: { value: 24_500, currency: 'USD' },
      number: 'ORD-2026-000000000000000000042',
      paymentMethod: { type: 'scheme' },
      returnUrl: 'https://shop.example.com/thanks',
    });
    expect(payment).toMatchObject({ pspReference: 'PSPPAYMENT000001' });
    const body = JSON.parse(sent[0] ?? '') as { reference: string };
    expect(body).toMatchObject({ additionalData: { manualCapture: 'true' } });
    expect(body.reference).toHaveLength(80);
    expect(ownerOfText(body.reference)).toEqual(named);
  });

  it('sends PayPal a custom id of at most 127 characters that names this owner, and returns the authorisation', async () => {
    const sent: string[] = [];
    const token = { access_token: 't', token_type: 'Bearer', expires_in: 3_600 };
    const order = {
      id: 'ORDER',
      purchase_units: [{ payments: { authorizations: [{ id: '0VF52814937998046' }] } }],
    };
    const client = new Client({
      clientCredentialsAuthCredentials: { oAuthClientId: 'id', oAuthClientSecret: 'secret' },
      unstable_httpClientOptions: {
        adapter: (config: { url: string; data?: string }) => {
          const isToken = config.url.endsWith('/oauth2/token');
          if (!isToken) sent.push(config.data ?? '');
          const data = JSON.stringify(isToken ? token : order);
          return Promise.resolve({ status: 200, statusText: 'OK', headers: {}, data, config });
        },
      },
    });
    const orders = new OrdersController(client);
    const { createPayPalOrder, authorizePayPalOrder } = await snippetOf('paypal');
    expect(await createPayPalOrder?.(orders, owner, { value: '245.00', currency: 'USD' })).toBe('ORDER');
    expect(await authorizePayPalOrder?.(orders, 'ORDER')).toBe('0VF52814937998046');
    const body = JSON.parse(sent[0] ?? '') as { purchase_units: [{ custom_id: string }] };
    const [{ custom_id: customId }] = body.purchase_units;
    expect(body).toMatchObject({ intent: 'AUTHORIZE', purchase_units: [{ amount: { value: '245.00' } }] });
    expect(customId.length).toBeLessThanOrEqual(127);
    expect(ownerOfText(customId)).toEqual(named);
  });
});
