import { python } from './python.ts'

const models = `
import uuid
from django.db import models
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin

class User(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    email = models.EmailField(unique=True)
    user_role = models.CharField(max_length=20)
    first_name = models.CharField(max_length=30)
    last_name = models.CharField(max_length=30)
    phone_number = models.CharField(max_length=20, null=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    service_token = models.CharField(max_length=255, null=True)
    service_provider = models.UUIDField(null=True)
    librechat_user_id = models.CharField(max_length=255, null=True)
    librechat_synced_at = models.DateTimeField(null=True)
    librechat_password_encrypted = models.CharField(max_length=500, null=True)
    USERNAME_FIELD = 'email'
`

const program = `
import io, os, shutil, datetime, tempfile
folder = tempfile.mkdtemp()
os.mkdir(os.path.join(folder, 'users'))
for name, text in (('__init__.py', ''), ('models.py', data['models'])):
    with open(os.path.join(folder, 'users', name), 'w') as file: file.write(text)
sys.path.insert(0, folder)
import django
from django.conf import settings
settings.configure(
    INSTALLED_APPS=['django.contrib.contenttypes', 'django.contrib.auth', 'users'],
    AUTH_USER_MODEL='users.User', USE_TZ=True, DEFAULT_AUTO_FIELD='django.db.models.BigAutoField',
    DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': os.path.join(folder, 'db.sqlite3')}},
)
django.setup()
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.management import call_command
from cryptography.fernet import Fernet
from users.models import User

call_command('migrate', run_syncdb=True, verbosity=0)
fernet = Fernet(data['key'].encode())
for made in data['users']:
    plain, secret = made.pop('password'), made.pop('librechat_password', None)
    user = User(**made)
    user.password = plain[4:] if plain.startswith('raw:') else make_password(plain)
    if secret is not None:
        user.librechat_password_encrypted = fernet.encrypt(secret.encode()).decode()
        user.librechat_synced_at = datetime.datetime.now(datetime.timezone.utc)
    user.save()
    user.groups.add(Group.objects.get_or_create(name='demo')[0])
dumps = {}
for form in ('json', 'jsonl'):
    out = io.StringIO()
    call_command('dumpdata', 'users.User', 'auth.Group', format=form, stdout=out)
    dumps[form] = out.getvalue()
shutil.rmtree(folder)
print(json.dumps(dumps))
`

export interface DjangoUser {
  readonly id: string
  readonly email: string
  /** In plain, or `raw:` and what stands in the column. */
  readonly password: string
  readonly first_name: string
  readonly last_name: string
  readonly user_role: string
  readonly phone_number?: string | null
  readonly is_active?: boolean
  readonly librechat_user_id?: string
  /** In plain: Python's Fernet encrypts it. */
  readonly librechat_password?: string
}

/** What `manage.py dumpdata` of a real Django says of these users. */
export async function djangoDump(
  users: readonly DjangoUser[],
  fernetKey: string,
): Promise<{ json: string; jsonl: string }> {
  return (await python(program, { users, models, key: fernetKey })) as { json: string; jsonl: string }
}
