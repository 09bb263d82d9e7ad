-- When an authorisation lapses unless it is captured, where the provider says so.
ALTER TABLE "payments" ADD COLUMN "authorization_expires_at" TIMESTAMPTZ(3);

ALTER TABLE "orders"
    DROP CONSTRAINT "orders_flags_check",
    ADD CONSTRAINT "orders_flags_check" CHECK ("flags" <@ ARRAY[
        'capture_failed', 'captured_after_cancellation', 'refund_failed', 'disputed', 'authorization_expiring',
        'authorization_expired']);
