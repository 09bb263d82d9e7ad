import { providerContract } from '../testing/provider-contract.js';
import { steeredStripe } from '../testing/steered-stripe.js';

providerContract('Stripe, at the payment simulator', steeredStripe);
