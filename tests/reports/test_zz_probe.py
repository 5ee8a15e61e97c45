import time, resource
from django.db import connection
import pytest
@pytest.fixture(autouse=True)
def _count(request):
    n=[0]
    def w(execute, sql, params, many, context):
        n[0]+=1
        return execute(sql, params, many, context)
    t=time.process_time()
    with connection.execute_wrapper(w):
        yield
    print("QUERIES", request.node.name, n[0], "cpu", round(time.process_time()-t,2))
from tests.reports.test_rollup_properties import *
