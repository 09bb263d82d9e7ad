/** A fault of the payment simulator. Its README explains each field. */
export interface SimulatorFault {
  readonly operation: string;
  readonly kind: string;
  readonly times?: number;
  readonly probability?: number;
  readonly seed?: number;
  readonly delayMs?: number;
  readonly declineCode?: string;
  readonly paymentIntent?: string;
  readonly copies?: number;
}

/** The deviations of a checkout at the simulated Stripe from the usual one. */
export interface StripeCheckout {
  readonly currency?: string;
  readonly status?: string;
  readonly heldForSeconds?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A movement of money at a simulated provider, in that provider's minor units. */
export interface SimulatorLedgerEntry {
  /** The payment: a payment intent, a PSP reference or an authorisation. */
  readonly payment_intent: string;
  readonly operation: 'authorize' | 'capture' | 'capture_failed' | 'void' | 'refund' | 'refund_failed';
  readonly amount: number;
  readonly currency: string;
  readonly idempotency_key: string | null;
}

/** A modification of a payment at the simulated Adyen. */
export interface AdyenModification {
  /** Its PSP reference. */
  readonly id: string;
  readonly kind: 'capture' | 'cancel' | 'refund';
  readonly state: 'received' | 'succeeded' | 'failed';
}

function only(made: readonly string[]): string {
  const [id] = made;
  if (id === undefined) throw new Error('the simulator made no payment');
  return id;
}

/** The control API of a running payment simulator. */
export function createSimulatorControl(baseUrl: string) {
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${baseUrl}/control${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const callStripe = async (path: string, form: Record<string, string>): Promise<{ readonly id: string }> => {
    const response = await fetch(`${baseUrl}/v1${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_dashboard' },
      body: new URLSearchParams(form),
    });
    if (!response.ok) throw new Error(`the simulator answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as { id: string };
  };
  const faults = async () => {
    const listed = (await call('GET', '/faults')) as {
      faults: { id: string; match?: { paymentIntent?: string }; fired: number }[];
    };
    return listed.faults;
  };
  const ledger = async (paymentIntent?: string): Promise<readonly SimulatorLedgerEntry[]> => {
    const filter = paymentIntent === undefined ? '' : `?payment_intent=${paymentIntent}`;
    return ((await call('GET', `/ledger${filter}`)) as { entries: SimulatorLedgerEntry[] }).entries;
  };
  return {
    /** Stripe's list of a payment intent's refunds, newest first. */
    async stripeRefunds(paymentIntent: string): Promise<readonly { readonly id: string }[]> {
      const response = await fetch(`${baseUrl}/v1/refunds?payment_intent=${paymentIntent}`, {
        headers: { authorization: 'Bearer sk_test_dashboard' },
      });
      if (!response.ok)
        throw new Error(`the simulator answered ${response.status}: ${await response.text()}`);
      return ((await response.json()) as { data: { id: string }[] }).data;
    },
    /** Makes authorisations that an order can pay with. */
    async authorizations(
      count: number,
      amount: number,
      options: StripeCheckout = {},
    ): Promise<readonly string[]> {
      const { ids } = (await call('POST', '/payment-intents', { count, amount, ...options })) as {
        ids: string[];
      };
      return ids;
    },
    async authorization(amount: number, options: StripeCheckout = {}): Promise<string> {
      const [id] = await this.authorizations(1, amount, options);
      if (id === undefined) throw new Error('the simulator made no payment intent');
      return id;
    },
    /** Makes a payment at Adyen that a checkout has authorised. @returns its PSP reference */
    async adyenPayment(amount: number, options: object = {}): Promise<string> {
      const { pspReferences } = (await call('POST', '/adyen/payments', { amount, ...options })) as {
        pspReferences: string[];
      };
      return only(pspReferences);
    },
    /** Makes an authorisation at PayPal. @returns its id */
    async paypalAuthorization(amount: number, options: object = {}): Promise<string> {
      const { ids } = (await call('POST', '/paypal/authorizations', { amount, ...options })) as {
        ids: string[];
      };
      return only(ids);
    },
    /** The modifications of a payment at Adyen. */
    async adyenModifications(pspReference: string): Promise<readonly AdyenModification[]> {
      const { modifications } = (await call('GET', `/adyen/payments/${pspReference}`)) as {
        modifications: AdyenModification[];
      };
      return modifications;
    },
    async paypalCaptures(
      authorizationId: string,
    ): Promise<readonly { readonly id: string; readonly status: string }[]> {
      const { captures } = (await call('GET', `/paypal/authorizations/${authorizationId}/captures`)) as {
        captures: { id: string; status: string }[];
      };
      return captures;
    },
    /** Captures a payment, in full or in part, as a checkout with automatic capture does. */
    async captureByHand(paymentIntent: string, amountMinor?: number): Promise<void> {
      const amount = amountMinor === undefined ? {} : { amount_to_capture: String(amountMinor) };
      await callStripe(`/payment_intents/${paymentIntent}/capture`, amount);
    },
    /**
     * Refunds a payment, in full or in part, as a person does in Stripe's dashboard.
     *
     * @returns the refund's id
     */
    async refundByHand(paymentIntent: string, amountMinor?: number): Promise<string> {
      const amount = amountMinor === undefined ? {} : { amount: String(amountMinor) };
      return (await callStripe('/refunds', { payment_intent: paymentIntent, ...amount })).id;
    },
    /** Any other request of the control API, which the simulator's README describes. */
    call,
    fault: (fault: SimulatorFault) => call('POST', '/faults', fault),
    /** Ends all faults, or those of one payment. Requests that they hold continue. */
    async clearFaults(paymentIntent?: string): Promise<void> {
      if (paymentIntent === undefined) return void (await call('DELETE', '/faults'));
      const ofIt = (await faults()).filter(({ match }) => match?.paymentIntent === paymentIntent);
      await Promise.all(ofIt.map(({ id }) => call('DELETE', `/faults/${id}`)));
    },
    release: () => call('POST', '/release'),
    /** The number of requests that faults hold now. */
    held: async () => ((await call('GET', '/faults')) as { held: number }).held,
    /** Whether a fault for this payment intent has happened. */
    async hasFired(paymentIntent: string): Promise<boolean> {
      return (await faults()).some(({ match, fired }) => match?.paymentIntent === paymentIntent && fired > 0);
    },
    /** The movements of a payment, oldest first. */
    operationsOn: async (paymentIntent: string) =>
      (await ledger(paymentIntent)).map(({ operation }) => operation),
    ledger,
  };
}
export type SimulatorControl = ReturnType<typeof createSimulatorControl>;
