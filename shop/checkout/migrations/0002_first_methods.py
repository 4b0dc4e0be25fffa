"""The ways of sending that a new shop begins with."""

from django.db import migrations

EUROPE = "AD AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MT NL NO PL PT RO SE SI SK SM".split()
OVERSEAS = "AR AU CA CL CO CR JP KR MX NZ PE SG US UY".split()

METHODS = [
    {
        "code": "standard",
        "name": "Standard",
        "description": "3 to 5 working days",
        "translations": {"es": {"name": "Estándar", "description": "De 3 a 5 días laborables"}},
        "price": "4.90",
        "free_above": "80.00",
        "countries": EUROPE,
    },
    {
        "code": "express",
        "name": "Express",
        "description": "1 to 2 working days",
        "translations": {"es": {"name": "Exprés", "description": "De 1 a 2 días laborables"}},
        "price": "12.90",
        "countries": EUROPE,
    },
    {
        "code": "overseas",
        "name": "Overseas",
        "description": "7 to 14 working days",
        "translations": {"es": {"name": "Ultramar", "description": "De 7 a 14 días laborables"}},
        "price": "17.90",
        "free_above": "200.00",
        "countries": OVERSEAS,
    },
]


def add_methods(apps, schema_editor):
    method = apps.get_model("checkout", "ShippingMethod")
    for position, fields in enumerate(METHODS, start=1):
        method.objects.get_or_create(code=fields["code"], defaults={**fields, "position": position})


class Migration(migrations.Migration):
    dependencies = [("checkout", "0001_initial")]
    operations = [migrations.RunPython(add_methods, migrations.RunPython.noop)]
