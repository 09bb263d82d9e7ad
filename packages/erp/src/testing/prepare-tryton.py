"""Fills the database that the tests of the Tryton adapter run against.

Called as `prepare-tryton.py <configuration file>`, on a fresh Tryton database `oms` with the module `sale`. It makes a
company in US dollars with a chart of accounts and an open fiscal year, and the user `oms` that the adapter logs in
as: no administrator, with only the rights that sales, parties and products need.
"""

import sys
from decimal import Decimal

from trytond import config as settings

# Before anything else of Tryton is imported: the kind of database is chosen at import.
settings.update_etc(sys.argv[1])

from proteus import Model, config  # noqa: E402
from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, get_accounts  # noqa: E402
from trytond.modules.account_invoice.tests.tools import (  # noqa: E402
    create_payment_term, set_fiscalyear_invoice_sequences)
from trytond.modules.company.tests.tools import create_company, get_company  # noqa: E402

current = config.set_trytond(database='oms', config_file=sys.argv[1])


def make_currency(code, digits):
    Currency = Model.get('currency.currency')
    Rate = Model.get('currency.currency.rate')
    currency = Currency(name=code, symbol=code, code=code, digits=digits, rounding=Decimal(10) ** -digits)
    currency.save()
    Rate(currency=currency, rate=Decimal(1)).save()
    return currency


def make_company():
    dollar = make_currency('USD', 2)
    make_currency('JPY', 0)
    make_currency('BHD', 3)
    # One decimal less than the Kuwaiti dinar has.
    make_currency('KWD', 2)
    create_company(currency=dollar)
    create_chart()
    year = set_fiscalyear_invoice_sequences(create_fiscalyear())
    year.click('create_period')
    term = create_payment_term()
    term.save()
    accounting = Model.get('account.configuration')(1)
    accounting.default_customer_payment_term = term
    accounting.save()


def make_categories():
    accounts = get_accounts()
    Category = Model.get('product.category')
    Category(
        name='Goods', accounting=True,
        account_revenue=accounts['revenue'], account_expense=accounts['expense']).save()


def make_countries():
    Country = Model.get('country.country')
    Country(name='United States', code='US').save()
    Country(name='Germany', code='DE').save()


def make_user():
    User = Model.get('res.user')
    Group = Model.get('res.group')
    wanted = {
        'Sales', 'Party Administration', 'Product Administration', 'Account Product Administration'}
    groups = Group.find([('name', 'in', list(wanted))])
    if {group.name for group in groups} != wanted:
        sys.exit(f'not all of the groups {wanted} are there')
    company = get_company()
    user = User(name='Order management', login='oms', password='orders-to-tryton')
    user.groups.extend(groups)
    user.companies.append(company)
    user.company = company
    user.save()


make_company()
make_categories()
make_countries()
make_user()
