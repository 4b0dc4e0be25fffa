"""The room that everybody finds at /chat/."""

from django.db import migrations


def add_lobby(apps, schema_editor):
    Room = apps.get_model("rooms", "Room")
    Room.objects.get_or_create(
        slug="lobby",
        defaults={
            "name": "The gallery",
            "description": "Talk about prints, frames and walls, with us and with each other.",
            "translations": {
                "es": {
                    "name": "La galería",
                    "description": "Hablemos de láminas, marcos y paredes, con la tienda y entre todos.",
                }
            },
        },
    )


class Migration(migrations.Migration):
    dependencies = [("rooms", "0001_initial")]
    operations = [migrations.RunPython(add_lobby, migrations.RunPython.noop)]
