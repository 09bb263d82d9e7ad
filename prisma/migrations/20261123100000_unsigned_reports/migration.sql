-- What a provider says without a signature is shown and decides nothing; a reversal is told from a refund by what was captured.
ALTER TABLE "orders"
    DROP CONSTRAINT "orders_flags_check",
    ADD CONSTRAINT "orders_flags_check" CHECK ("flags" <@ ARRAY[
        'capture_failed', 'recapture_reported', 'settled_elsewhere', 'paid_twice', 'captured_after_cancellation', 'refund_failed',
        'disputed', 'authorization_expiring', 'authorization_expired']);

ALTER TABLE "payment_notifications"
    DROP CONSTRAINT "payment_notifications_kind_check",
    ADD CONSTRAINT "payment_notifications_kind_check" CHECK ("kind" IN (
        'authorized', 'authorization_failed', 'authorization_expired', 'captured', 'capture_failed',
        'voided', 'void_failed', 'refunded', 'refund_failed', 'reversed', 'disputed'));
