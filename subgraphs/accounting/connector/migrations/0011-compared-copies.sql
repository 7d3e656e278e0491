-- The worker compares copies with their owners: of a customer's account it reads what is copied, not what was agreed.

grant select (customer_id, customer_number, name, street, postal_code, city, country) on customer_account
  to accounting_worker;
grant select on order_copy to accounting_worker;
