-- The worker compares copies with their owners.

grant select on customer_copy, invoice_copy to shop_worker;
