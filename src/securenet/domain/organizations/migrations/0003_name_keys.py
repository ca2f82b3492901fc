from django.db import migrations

from securenet.foundation.text import search_key


def fill_in_keys(apps, schema_editor):
    for organization in apps.get_model("organizations", "Organization").objects.iterator():
        organization.name_key = search_key(organization.name)
        organization.save(update_fields=["name_key"])


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0002_register'),
    ]

    operations = [
        migrations.RunPython(fill_in_keys, migrations.RunPython.noop),
    ]
