-- The provider moves multiples of this amount only, in minor units of the currency: 10 for BHD at Stripe.
ALTER TABLE "payments" ADD COLUMN "money_step_minor" BIGINT NOT NULL DEFAULT 1;
ALTER TABLE "payments" ADD CONSTRAINT "payments_money_step_check" CHECK ("money_step_minor" >= 1);
