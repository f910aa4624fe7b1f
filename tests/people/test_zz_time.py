import time, statistics, pytest
from tests.people.test_sign_in import give_password
@pytest.fixture
def settings(): return {"SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {}}
def test_t(world, app):
    give_password(world.nina)
    for path,data in (("/sign-in",{}),("/sign-in/password",{"password":"неверный, но длинный"}),("/sign-in/forgotten",{})):
        t={}
        for n in range(30):
            for a in ("nina@example.org","vera@example.org","ghos@example.org"):
                c=app.test_client(); b=time.perf_counter(); c.post(path,data={"address":a,**data}); t.setdefault(a,[]).append(time.perf_counter()-b)
        print(path,{a:round(statistics.median(v)*1000,1) for a,v in t.items()})
    assert 0
